import * as tf from '@tensorflow/tfjs-core';
import type { customOps } from '../custom-ops.js';
import { linearCases } from './linear-cases.js';
import { type OpCase, opCase } from './op-case.js';

/** Cases of the ops for which tfjs states a custom gradient. */
export const customCases = {
  fusedConv2d: linearCases.FusedConv2D,
  fusedDepthwiseConv2d: linearCases.FusedDepthwiseConv2D,
  fusedMatMul: linearCases._FusedMatMul,
  logSigmoid: [
    opCase((x) => tf.logSigmoid(x as tf.Tensor), [2, 3]),
    // An input that is gone when the gradient is taken.
    opCase((x) => tf.logSigmoid(tf.sin(x as tf.Tensor)), [2, 3]),
  ],
  logSoftmax: [
    opCase((x) => tf.logSoftmax(x as tf.Tensor), [2, 4]),
    opCase((x) => tf.logSoftmax(tf.mul(x as tf.Tensor, 3)), [2, 2, 3]),
  ],
  softmaxCrossEntropy: [
    opCase(
      (logits) =>
        tf.losses.softmaxCrossEntropy(
          tf.oneHot(tf.tensor1d([1, 0], 'int32'), 3),
          logits as tf.Tensor,
        ),
      [2, 3],
    ),
    // Labels that are differentiated too, and that do not sum to 1.
    opCase(
      (logits, labels) => tf.losses.softmaxCrossEntropy(labels as tf.Tensor, logits as tf.Tensor),
      [2, 3],
      { shape: [2, 3], from: 0, to: 1 },
    ),
    opCase(
      (logits, labels) =>
        tf.losses.softmaxCrossEntropy(labels as tf.Tensor, logits as tf.Tensor, undefined, 0.2),
      [2, 3],
      { shape: [2, 3], from: 0, to: 1 },
    ),
  ],
} satisfies Record<keyof typeof customOps, readonly OpCase[]>;
