import * as tf from '@tensorflow/tfjs-core';
import { type Input, type OpCase, opCase } from './op-case.js';

type Images = tf.Tensor4D;

const of = (op: (x: tf.Tensor) => tf.Tensor, input: Input = [2, 3]): OpCase[] => [
  opCase((x) => op(x as tf.Tensor), input),
];

const pair = (
  op: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  input: Input = [2, 3],
  other = input,
): OpCase[] => [opCase((a, b) => op(a as tf.Tensor, b as tf.Tensor), input, other)];

const share: Input = { shape: [2, 3], from: 0.1, to: 0.9 };

/** Cases of ops that run several kernels. */
export const compositeCases = {
  'image.grayscaleToRGB': of((x) => tf.image.grayscaleToRGB(x as Images), [1, 2, 2, 1]),
  'image.rgbToGrayscale': of((x) => tf.image.rgbToGrayscale(x as Images), [1, 2, 2, 3]),
  'linalg.bandPart': of((x) => tf.linalg.bandPart(x, 1, 0), [3, 3]),
  'linalg.gramSchmidt': of((x) => tf.linalg.gramSchmidt(x as tf.Tensor2D) as tf.Tensor, [2, 3]),
  'losses.absoluteDifference': pair(tf.losses.absoluteDifference),
  'losses.computeWeightedLoss': pair((a, b) => tf.losses.computeWeightedLoss(a, b)),
  'losses.cosineDistance': pair((a, b) => tf.losses.cosineDistance(a, b, 1)),
  'losses.hingeLoss': of((x) => tf.losses.hingeLoss(tf.tensor2d([[1, 0, 1]]), x), [1, 3]),
  'losses.huberLoss': pair((a, b) => tf.losses.huberLoss(a, b)),
  'losses.logLoss': pair((a, b) => tf.losses.logLoss(a, b), share),
  'losses.meanSquaredError': pair(tf.losses.meanSquaredError),
  'losses.sigmoidCrossEntropy': pair((a, b) => tf.losses.sigmoidCrossEntropy(b, a)),
  conv1d: pair(
    (x, f) => tf.conv1d(x as tf.Tensor3D, f as tf.Tensor3D, 2, 'same'),
    [1, 4, 2],
    [3, 2, 2],
  ),
  divNoNan: pair(tf.divNoNan, { shape: [2, 3], from: 0.5, to: 2 }),
  dot: pair(tf.dot, [2, 3], [3, 2]),
  dropout: of((x) => tf.dropout(x, 0.4, undefined, 3)),
  logSumExp: of((x) => tf.logSumExp(x, 1)),
  moments: of((x) => tf.moments(x, 1).variance),
  'norm of order 1': of((x) => tf.norm(x, 1, 1)),
  'norm of order 2': of((x) => tf.norm(x, 2, 1)),
  'norm of order infinity': of((x) => tf.norm(x, Number.POSITIVE_INFINITY, 1)),
  'norm of a matrix': of((x) => tf.norm(x, 'fro', [0, 1])),
  outerProduct: pair((a, b) => tf.outerProduct(a as tf.Tensor1D, b as tf.Tensor1D), [2], [3]),
  'pool, dilated': of((x) => tf.pool(x as Images, 2, 'max', 'same', 2, 1), [1, 4, 4, 1]),
  squeeze: of((x) => tf.squeeze(x), [2, 1, 3]),
  swish: of((x) => tf.mul(x, tf.sigmoid(x))),
};
