import { InputError } from '@ganvas/core';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { fromHalf, roundToHalf, toHalf } from './half.js';
import { encodeModel } from './onnx.js';

const everyHalf = Uint16Array.from({ length: 2 ** 16 }, (_, half) => half);
const infinity = 0x7c00;

/** onnxruntime's own cast, from TensorProto's type codes: 1 is float32, 10 float16. */
async function castByPeer<T extends Float32Array | Uint16Array>(
  data: Float32Array | Uint16Array,
): Promise<T> {
  const [from, to] = data instanceof Uint16Array ? [10, 1] : [1, 10];
  const port = (name: string, elemType: number) => ({
    name,
    type: { tensorType: { elemType, shape: { dim: [{ dimParam: 'N' }] } } },
  });
  const bytes = encodeModel({
    irVersion: 8,
    producerName: 'test',
    opsetImport: [{ domain: '', version: 17 }],
    graph: {
      name: 'cast',
      node: [
        {
          opType: 'Cast',
          input: ['x'],
          output: ['y'],
          attribute: [{ name: 'to', type: 2, i: to }],
        },
      ],
      input: [port('x', from)],
      output: [port('y', to)],
    },
  });
  const session = await ort.InferenceSession.create(bytes);
  const x =
    data instanceof Uint16Array
      ? new ort.Tensor('float16', data, [data.length])
      : new ort.Tensor('float32', data, [data.length]);
  const { y } = await session.run({ x });
  await session.release();
  return (y as ort.Tensor).data as unknown as T;
}

describe('fromHalf', () => {
  it('is the number that onnxruntime casts each of the 65,536 to', async () => {
    expect(Float32Array.from(everyHalf, fromHalf)).toEqual(await castByPeer(everyHalf));
  });

  it('knows the numbers of the standard', () => {
    const known = { 15360: 1, 49152: -2, 31743: 65504, 1024: 2 ** -14, 1: 2 ** -24 };
    for (const [half, x] of Object.entries(known)) expect(fromHalf(Number(half))).toBe(x);
  });
});

describe('toHalf', () => {
  const finite = [...everyHalf].filter((half) => (half & 0x7fff) < infinity);

  it('gives every number of 16 bits back, a NaN as one', () => {
    for (const half of everyHalf) {
      const isNumber = (half & 0x7fff) <= infinity;
      expect(toHalf(fromHalf(half))).toBe(isNumber ? half : 0x7e00);
    }
  });

  it('takes the even one of two neighbours in the middle, and the nearer one elsewhere', () => {
    const positive = finite.filter((half) => half < infinity - 1);
    for (const half of positive) {
      const middle = (fromHalf(half) + fromHalf(half + 1)) / 2;
      const step = fromHalf(half + 1) - fromHalf(half);
      expect(toHalf(middle)).toBe(half + (half % 2));
      expect(toHalf(middle - step / 16)).toBe(half);
      expect(toHalf(-middle - step / 16)).toBe((half + 1) | 0x8000);
    }
  });

  it('rounds as onnxruntime does, over all magnitudes', async () => {
    const numbers = Float32Array.from({ length: 20_000 }, (_, i) => {
      return Math.sin(i) * 2 ** ((i % 48) - 30);
    });
    expect(Uint16Array.from(numbers, toHalf)).toEqual(await castByPeer(numbers));
  });

  it('goes to infinity from the middle between the largest number and the next', () => {
    expect(toHalf(65519.99)).toBe(0x7bff);
    expect(toHalf(65520)).toBe(infinity);
    expect(toHalf(-1e30)).toBe(infinity | 0x8000);
  });
});

describe('roundToHalf', () => {
  it('names the weight that has a number beyond the largest', () => {
    const numbers = Float32Array.of(1, -70_000);
    const round = () => roundToHalf(numbers, () => '"up/kernel"');
    expect(round).toThrow(InputError);
    expect(round).toThrow(/up to 65504 to store them as fp16, got -70000 in "up\/kernel"/);
  });
});
