import * as tf from '@tensorflow/tfjs-core';
import { gradient } from '../gradient.js';

/** The logistic function s: s (1 - s). */
export const sigmoid = gradient(['x'], ({ dy, saved: { x } }) => ({
  x: () => {
    const s = tf.sigmoid(x);
    return tf.mul(dy, tf.mul(s, tf.sub(1, s)));
  },
}));
