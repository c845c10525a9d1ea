import * as tf from '@tensorflow/tfjs-core';
import type { CustomDerivatives } from '../engine.js';

/** Log softmax along the last axis: dy - softmax(logits) * sum of dy. */
export const logSoftmax: CustomDerivatives = (dy, inputs) => {
  const [logits] = inputs as [tf.Tensor];
  return [tf.sub(dy, tf.mul(tf.sum(dy, -1, true), tf.softmax(logits)))];
};
