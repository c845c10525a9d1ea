import * as tf from '@tensorflow/tfjs-core';
import { gradient, unbroadcast } from '../gradient.js';

const where = (dy: tf.Tensor, mask: tf.Tensor, shape: readonly number[]): tf.Tensor =>
  unbroadcast(tf.mul(dy, tf.cast(mask, 'float32')), shape);

/** The larger of two; where they are equal, the first gets it all, as in tfjs. */
export const maximum = gradient(['a', 'b'], ({ dy, saved: { a, b } }) => ({
  a: () => where(dy, tf.greaterEqual(a, b), a.shape),
  b: () => where(dy, tf.less(a, b), b.shape),
}));

/** The smaller of two; where they are equal, the first gets it all, as in tfjs. */
export const minimum = gradient(['a', 'b'], ({ dy, saved: { a, b } }) => ({
  a: () => where(dy, tf.lessEqual(a, b), a.shape),
  b: () => where(dy, tf.greater(a, b), b.shape),
}));
