import * as tf from '@tensorflow/tfjs-core';
import { gradient } from '../gradient.js';

/** ReLU up to 6: dy above 0 and at most at 6. */
export const relu6 = gradient(['x'], ({ dy, saved: { x } }) => ({
  x: () => {
    const isBetween = tf.logicalAnd(tf.greater(x, 0), tf.lessEqual(x, 6));
    return tf.mul(dy, tf.cast(isBetween, 'float32'));
  },
}));
