import * as tf from '@tensorflow/tfjs-core';
import { gradient } from '../gradient.js';

/** x^-1/2: -1/2 of its cube. tfjs's own is right, but takes a slow power. */
export const rsqrt = gradient(['x'], ({ dy, saved: { x } }) => ({
  x: () => {
    const root = tf.rsqrt(x);
    return tf.mul(dy, tf.mul(tf.mul(tf.square(root), root), -0.5));
  },
}));
