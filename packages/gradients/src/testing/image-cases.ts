import * as tf from '@tensorflow/tfjs-core';
import { runKernel } from '../gradient.js';
import { type OpCase, opCase } from './op-case.js';

type Pad = 'same' | 'valid' | number;
type Images = tf.Tensor4D;
type Volumes = tf.Tensor5D;
type Pool = (
  x: Images,
  size: number | [number, number],
  strides: number | [number, number],
  pad: Pad,
) => tf.Tensor;
type Pool3d = (
  x: Volumes,
  size: number | [number, number, number],
  strides: number,
  pad: 'same' | 'valid',
) => tf.Tensor;
type Resize = (x: Images, size: [number, number], ...options: boolean[]) => tf.Tensor;

const pools = (pool: Pool): OpCase[] => [
  opCase((x) => pool(x as Images, 2, 2, 'valid'), [2, 4, 4, 2]),
  opCase((x) => pool(x as Images, 2, 2, 'same'), [1, 5, 3, 2]),
  opCase((x) => pool(x as Images, 3, 2, 'same'), [1, 4, 5, 1]),
  opCase((x) => pool(x as Images, [3, 2], 1, 'same'), [1, 4, 3, 2]),
  opCase((x) => pool(x as Images, 2, [2, 1], 1), [1, 4, 4, 1]),
  // Rows that no window covers.
  opCase((x) => pool(x as Images, 2, 3, 'valid'), [1, 6, 4, 1]),
];

const pools3d = (pool: Pool3d): OpCase[] => [
  opCase((x) => pool(x as Volumes, 2, 2, 'valid'), [1, 2, 4, 2, 1]),
  opCase((x) => pool(x as Volumes, [2, 1, 3], 1, 'same'), [1, 2, 3, 3, 1]),
];

const resizes = (resize: Resize): OpCase[] => [
  opCase((x) => resize(x as Images, [4, 6]), [2, 2, 3, 2]),
  opCase((x) => resize(x as Images, [5, 4]), [1, 3, 3, 1]),
  opCase((x) => resize(x as Images, [2, 1]), [1, 4, 3, 1]),
  opCase((x) => resize(x as Images, [5, 3], true), [1, 3, 2, 1]),
  opCase((x) => resize(x as Images, [5, 4], false, true), [1, 2, 3, 1]),
];

/** Cases of kernels for pictures and of normalizations. */
export const imageCases = {
  AvgPool: pools(tf.avgPool),
  AvgPool3D: pools3d(tf.avgPool3d),
  FusedBatchNorm: [
    opCase(
      (...given) => {
        const [x, mean, variance, offset, scale] = given as tf.Tensor[] as [
          tf.Tensor4D,
          ...tf.Tensor1D[],
        ];
        return tf.batchNorm(
          x,
          mean as tf.Tensor1D,
          tf.exp(variance as tf.Tensor1D),
          offset,
          scale,
          0.01,
        );
      },
      [2, 2, 2, 3],
      [3],
      [3],
      [3],
      [3],
    ),
    // Neither scale nor offset, on the moments of the batch.
    opCase(
      (x) => {
        const { mean, variance } = tf.moments(x as tf.Tensor, [0]);
        return tf.batchNorm(x as tf.Tensor2D, mean as tf.Tensor1D, variance as tf.Tensor1D);
      },
      [4, 3],
    ),
    opCase(
      (x, scale) => {
        const { mean, variance } = tf.moments(x as tf.Tensor, [0, 1, 2]);
        return tf.batchNorm(
          x as Images,
          mean as tf.Tensor1D,
          variance as tf.Tensor1D,
          undefined,
          scale as tf.Tensor1D,
        );
      },
      [2, 2, 2, 2],
      [2],
    ),
  ],
  LRN: [
    opCase((x) => tf.localResponseNormalization(x as Images, 1), [1, 2, 2, 4]),
    opCase((x) => tf.localResponseNormalization(x as Images, 2, 0.5, 0.3, 0.75), [2, 1, 2, 5]),
  ],
  MaxPool: pools(tf.maxPool),
  MaxPool3D: pools3d(tf.maxPool3d),
  MaxPoolGrad: [
    opCase(
      (dy, x) =>
        runKernel(
          'MaxPoolGrad',
          { dy: dy as Images, input: x as Images, output: tf.maxPool(x as Images, 2, 1, 'same') },
          { filterSize: 2, strides: 1, pad: 'same' },
        ),
      [1, 3, 3, 1],
      [1, 3, 3, 1],
    ),
  ],
  MaxPool3DGrad: [
    opCase(
      (dy, x) =>
        runKernel(
          'MaxPool3DGrad',
          {
            dy: dy as Volumes,
            input: x as Volumes,
            output: tf.maxPool3d(x as Volumes, 2, 1, 'same'),
          },
          { filterSize: [2, 2, 2], strides: [1, 1, 1], pad: 'same' },
        ),
      [1, 2, 3, 2, 1],
      [1, 2, 3, 2, 1],
    ),
  ],
  ResizeBilinear: resizes(tf.image.resizeBilinear),
  ResizeNearestNeighbor: resizes(tf.image.resizeNearestNeighbor),
  Softmax: [
    opCase((x) => tf.softmax(x as tf.Tensor), [2, 4]),
    opCase((x) => tf.softmax(tf.mul(x as tf.Tensor, 3)), [2, 2, 3]),
  ],
};
