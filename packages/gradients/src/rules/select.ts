import * as tf from '@tensorflow/tfjs-core';
import { gradient } from '../gradient.js';

/** Choosing between two by a condition. */
export const select = gradient(['condition'], ({ dy, saved: { condition } }) => {
  const chosen = () => tf.mul(dy, tf.cast(condition, 'float32'));
  return {
    condition: () => tf.zeros(condition.shape),
    t: chosen,
    e: () => tf.sub(dy, chosen()),
  };
});
