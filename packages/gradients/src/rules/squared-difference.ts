import * as tf from '@tensorflow/tfjs-core';
import { gradient, unbroadcast } from '../gradient.js';

/** (a - b)^2; tfjs's own gradient throws where an operand is broadcast. */
export const squaredDifference = gradient(['a', 'b'], ({ dy, saved: { a, b } }) => {
  const slope = () => tf.mul(dy, tf.mul(tf.sub(a, b), 2));
  return {
    a: () => unbroadcast(slope(), a.shape),
    b: () => unbroadcast(tf.neg(slope()), b.shape),
  };
});
