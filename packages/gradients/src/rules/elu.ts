import * as tf from '@tensorflow/tfjs-core';
import { gradient } from '../gradient.js';

/** ELU: 1 above zero, e^x below it. */
export const elu = gradient(['x'], ({ dy, saved: { x } }) => ({
  x: () => tf.mul(dy, tf.exp(tf.minimum(x, 0))),
}));
