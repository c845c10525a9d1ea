import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
import * as ort from 'onnxruntime-node';
import { beforeEach, describe, expect, it } from 'vitest';
import { compileDynamic } from './compile-dynamic.js';
import type { Tensors } from './trace.js';

beforeEach(() => {
  void tf.setBackend('cpu');
});

const inputs = { x: { shape: ['N', 3], dtype: 'float32' } } as const;
const x = (fed: Tensors): tf.Tensor2D => fed['x'] as tf.Tensor2D;

/** What a function gives for [[1, 2, 3], [4, 5, 6], ...], of batches of 1 and 3. */
async function run(fn: (fed: Tensors) => Tensors): Promise<number[][]> {
  const { bytes } = compileDynamic(fn, { name: 'm', inputs });
  const session = await ort.InferenceSession.create(bytes);
  const results: number[][] = [];
  for (const batch of [1, 3]) {
    const numbers = Float32Array.from({ length: 3 * batch }, (_, i) => i + 1);
    const { y } = await session.run({ x: new ort.Tensor('float32', numbers, [batch, 3]) });
    results.push([...((y as ort.Tensor).data as Float32Array)]);
  }
  await session.release();
  return results;
}

describe('compileDynamic', () => {
  it('takes a part of the columns of any batch', async () => {
    const lastTwo = (fed: Tensors) => ({ y: tf.slice(x(fed), [0, 1], [-1, 2]) });
    expect(await run(lastTwo)).toEqual([
      [2, 3],
      [2, 3, 5, 6, 8, 9],
    ]);
  });

  it('takes constants that are as large as the batch and one number everywhere', async () => {
    const halved = (fed: Tensors) => ({ y: tf.mul(x(fed), tf.fill(x(fed).shape, 0.5)) });
    expect(await run(halved)).toEqual([
      [0.5, 1, 1.5],
      [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5],
    ]);
  });

  it('differentiates for any batch: the gradient of a sum of cubes is three squares', async () => {
    const cubes = (t: tf.Tensor) => tf.sum(tf.mul(tf.square(t), t));
    expect(await run((fed) => ({ y: tf.grad(cubes)(x(fed)) }))).toEqual([
      [3, 12, 27],
      [3, 12, 27, 48, 75, 108, 147, 192, 243],
    ]);
  });

  it('ignores what only unused nodes make of the batch', async () => {
    const unused = (fed: Tensors) => {
      tf.concat([x(fed), tf.reshape(tf.range(0, x(fed).shape[0]), [-1, 1]) as tf.Tensor2D], 1);
      return { y: tf.neg(x(fed)) };
    };
    expect((await run(unused))[0]).toEqual([-1, -2, -3]);
  });

  it('refuses a constant that follows the batch', () => {
    const numbered = (fed: Tensors) => ({
      y: tf.add(x(fed), tf.reshape(tf.range(0, x(fed).shape[0]), [-1, 1])),
    });
    expect(() => compileDynamic(numbered, { name: 'm', inputs })).toThrow(
      /works alike for every N, but a constant of Add of shape \[251,1\] follows N: make numbers of/,
    );
  });
});
