import * as tf from '@tensorflow/tfjs-core';
import { gradient } from '../gradient.js';

/** Softmax s along the last axis: s (dy - sum of s dy). */
export const softmax = gradient(['logits'], ({ dy, saved: { logits } }) => ({
  logits: () => {
    const s = tf.softmax(logits);
    return tf.mul(s, tf.sub(dy, tf.sum(tf.mul(dy, s), -1, true)));
  },
}));
