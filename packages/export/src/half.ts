import { InputError } from '@ganvas/core';

/** IEEE 754 numbers of 16 bits: 1 sign, 5 exponent, 10 fraction. Node 20 has no Float16Array. */

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** The largest number of 16 bits. */
const largestHalf = 65504;
/** What is nearer to the number after it, if there were one. */
const firstTooLarge = 65520;

/** The 16 bits of the number nearest to `x`, the even one of two; beyond the largest come infinities. */
export function toHalf(x: number): number {
  float[0] = x;
  const whole = bits[0] as number;
  const sign = (whole >>> 16) & 0x8000;
  const magnitude = whole & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // NaN
  if (magnitude >= 0x47800000) return sign | 0x7c00; // 65536 and above
  if (magnitude < 0x38800000) return sign | subnormalOf(Math.abs(float[0])); // below 2^-14
  // The exponent's bias goes from 127 to 15, and 13 bits of the fraction go, to nearest or even.
  const biased = magnitude - 0x38000000;
  return sign | ((biased + 0xfff + ((biased >>> 13) & 1)) >>> 13);
}

/** How many steps of 2^-24 there are in a number below 2^-14, to nearest or even. */
function subnormalOf(x: number): number {
  const steps = x * 2 ** 24;
  const below = Math.floor(steps);
  const rest = steps - below;
  if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
  return below + (below % 2);
}

function decode(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

let decoded: Float32Array | undefined;

/** The number that 16 bits are. */
export function fromHalf(half: number): number {
  // Models have millions of them.
  decoded ??= Float32Array.from({ length: 2 ** 16 }, (_, each) => decode(each));
  return decoded[half] as number;
}

/** Tensors of fewer numbers stay as they are: biases and norms cost next to nothing. */
export const leastNarrowed = 1024;

/**
 * Each number as the nearest of 16 bits. Throws an InputError where one is beyond the largest.
 *
 * @param name of the weight, for the message
 */
export function roundToHalf(numbers: Float32Array, name: () => string): Float32Array {
  const rounded = new Float32Array(numbers.length);
  for (const [i, x] of numbers.entries()) {
    if (Math.abs(x) >= firstTooLarge) {
      throw new InputError(
        `export: expected weights up to ${largestHalf} to store them as fp16, got ${x} in ${name()}: export without weights: 'fp16'`,
      );
    }
    rounded[i] = fromHalf(toHalf(x));
  }
  return rounded;
}
