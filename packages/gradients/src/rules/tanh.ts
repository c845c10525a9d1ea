import * as tf from '@tensorflow/tfjs-core';
import { gradient } from '../gradient.js';

/** tanh: 1 - tanh^2. */
export const tanh = gradient(['x'], ({ dy, saved: { x } }) => ({
  x: () => tf.mul(dy, tf.sub(1, tf.square(tf.tanh(x)))),
}));
