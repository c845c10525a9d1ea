/**
 * Counter-based random numbers: Threefry-2x32 with 20 rounds (Salmon, Moraes, Dror and Shaw,
 * "Parallel random numbers: as easy as 1, 2, 3", SC 2011). A number depends on its key and its index
 * alone, so any part of a stream can be drawn in any order, on any machine, with equal bits.
 */

/** Two 32-bit words that select a stream. */
export type Key = readonly [number, number];

const rotations = [13, 15, 26, 6, 17, 29, 16, 24] as const;
const parity = 0x1bd11bda;
const foldMark = 0x666f6c64;

const rotateLeft = (x: number, n: number): number => (x << n) | (x >>> (32 - n));

/** Encrypt one counter of two 32-bit words: 20 rounds, with a key word added after every fourth. */
export function threefry2x32(key: Key, counter: Key): [number, number] {
  const words = [key[0] | 0, key[1] | 0, parity ^ key[0] ^ key[1]] as const;
  let x0 = (counter[0] + words[0]) | 0;
  let x1 = (counter[1] + words[1]) | 0;
  for (let block = 1; block <= 5; block++) {
    const first = block % 2 === 1 ? 0 : 4;
    for (let i = first; i < first + 4; i++) {
      x0 = (x0 + x1) | 0;
      x1 = rotateLeft(x1, rotations[i] as number) ^ x0;
    }
    x0 = (x0 + (words[block % 3] as number)) | 0;
    x1 = (x1 + (words[(block + 1) % 3] as number) + block) | 0;
  }
  return [x0 >>> 0, x1 >>> 0];
}

/** The largest seed: 2^53 - 1, the last integer that a JSON number carries exactly. */
export const maxSeed = Number.MAX_SAFE_INTEGER;

/** Make a key of a seed, an integer in [0, 2^53 - 1]. Throws a RangeError for anything else. */
export function keyFromSeed(seed: number): Key {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`seed: expected an integer from 0 to ${maxSeed}, got ${seed}`);
  }
  return [seed >>> 0, Math.floor(seed / 2 ** 32)];
}

/** Derive the independent key number `n`, a 32-bit unsigned integer, of `key`. */
export const foldIn = (key: Key, n: number): Key => threefry2x32(key, [n, foldMark]);

/** Draw number `index` of a stream: uniform in (0, 1), a multiple of 2^-53, never 0 or 1. */
export function uniformAt(key: Key, index: number): number {
  const [high, low] = threefry2x32(key, [index, 0]);
  return ((high >>> 6) * 2 ** 26 + (low >>> 6) + 0.5) / 2 ** 52;
}

/** Draw number `index` of a stream: an integer uniform in [0, `count`). */
export const integerAt = (key: Key, index: number, count: number): number =>
  Math.floor(uniformAt(key, index) * count);
