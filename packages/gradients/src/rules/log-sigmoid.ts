import * as tf from '@tensorflow/tfjs-core';
import type { CustomDerivatives } from '../engine.js';

/** The logarithm of the logistic function s: s(-x). */
export const logSigmoid: CustomDerivatives = (dy, inputs) => {
  const [x] = inputs as [tf.Tensor];
  return [tf.mul(dy, tf.sigmoid(tf.neg(x)))];
};
