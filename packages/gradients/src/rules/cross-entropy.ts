import * as tf from '@tensorflow/tfjs-core';
import type { CustomDerivatives } from '../engine.js';

/**
 * Softmax cross entropy: -sum of labels * log softmax(logits) over the last axis. tfjs's own derivative
 * by the labels is another one, and that by the logits is right only where the labels sum to 1.
 */
export const softmaxCrossEntropy: CustomDerivatives = (dy, inputs) => {
  const [labels, logits] = inputs as [tf.Tensor, tf.Tensor];
  const slope = tf.expandDims(dy, -1);
  const total = tf.sum(labels, -1, true);
  return [
    tf.neg(tf.mul(slope, tf.logSoftmax(logits))),
    tf.mul(slope, tf.sub(tf.mul(tf.softmax(logits), total), labels)),
  ];
};
