import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import './index.js';
import { kernels } from './kernels.js';
import type { Row } from './row.js';

beforeAll(() => tf.setBackend('cpu'));

const image = tf.tensor4d([1, 3, 2, 5, 4, 9, 7, 8, 6], [1, 3, 3, 1]);
const dilated = (x: tf.Tensor) =>
  tf.sum(
    tf.square(tf.dilation2d(x as tf.Tensor4D, tf.zeros([2, 2, 1]) as tf.Tensor3D, 1, 'valid')),
  );
const penaltyOf = (score: (x: tf.Tensor) => tf.Tensor) => (x: tf.Tensor) =>
  tf.sum(tf.square(tf.grad(score)(x)));

describe('an op that is differentiable once', () => {
  it('has the gradient of tfjs at first order', () => {
    // Maxima 4, 9 / 9, 9... of [[1 3 2], [5 4 9], [7 8 6]]: 5 of the first window, 9 of the second and
    // fourth, 8 of the third.
    const slope = tf.grad(dilated)(image);
    expect([...slope.dataSync()]).toEqual([0, 0, 0, 10, 0, 36, 0, 16, 0]);
  });

  it('throws under a penalty, and says what to use', () => {
    expect(() => tf.grad(penaltyOf(dilated))(image)).toThrow(
      'Dilation2D: expected ops that can be differentiated twice under a gradient penalty, got Dilation2D: use maxPool, or maximum over slices instead',
    );
  });
});

describe('an op without a gradient', () => {
  const refused: Record<string, (x: tf.Tensor) => tf.Tensor> = {
    TopK: (x) => tf.topk(x, 1).values,
    Cumprod: (x) => tf.cumprod(x, 1),
    CropAndResize: (x) =>
      tf.image.cropAndResize(x as tf.Tensor4D, [[0, 0, 1, 1]], tf.tensor1d([0], 'int32'), [2, 2]),
    GatherNd: (x) => tf.gatherND(x, tf.tensor2d([[0, 1]], [1, 2], 'int32')),
    ScatterNd: (x) =>
      tf.scatterND(tf.tensor2d([[1]], [1, 1], 'int32'), tf.reshape(x, [1, -1]), [2, 9]),
    Real: (x) => tf.real(tf.complex(x, x)),
  };

  it.each(Object.entries(refused))('%s throws, and says what to use', (name, op) => {
    const { instead } = kernels[name as keyof typeof kernels] as Row & { instead: string };
    expect(() => tf.grad((x: tf.Tensor) => tf.sum(op(x)))(image)).toThrow(
      `${name}: expected an op that has a gradient between the input and the result, got ${name}: use ${instead} instead`,
    );
  });

  it('throws for an einsum that tfjs answers with its own operand', () => {
    const same = (x: tf.Tensor) => tf.sum(tf.einsum('abcd->abcd', x));
    expect(() => tf.grad(same)(image)).toThrow('use tf.clone instead');
  });

  it('throws for the length of complex numbers, whose gradient in tfjs is another', () => {
    const x = tf.complex([1, 2], [3, 4]);
    expect(() => tf.grad((z: tf.Tensor) => tf.sum(tf.abs(z)))(x)).toThrow('ComplexAbs: expected');
  });
});

describe('kernels', () => {
  it('says what to use wherever it refuses', () => {
    const rows: readonly Row[] = Object.values(kernels);
    const silent = rows.filter((row) => 'instead' in row && row.instead.length < 5);
    expect(silent).toEqual([]);
  });
});
