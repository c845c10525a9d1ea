import * as tf from '@tensorflow/tfjs-core';
import { gradient, unbroadcast } from '../gradient.js';

/** a^b: b a^(b - 1) by the base, a^b log(a) by the exponent where the base is positive, else 0. */
export const pow = gradient(['a', 'b'], ({ dy, saved: { a, b } }) => ({
  a: () => {
    const exponent = tf.cast(b, 'float32');
    const slope = tf.mul(exponent, tf.pow(a, tf.sub(exponent, 1)));
    return unbroadcast(tf.mul(dy, slope), a.shape);
  },
  b: () => {
    // log(1) = 0 stands for the logarithm of what has none: its derivatives are finite.
    const logarithm = tf.log(tf.where(tf.greater(a, 0), a, tf.onesLike(a)));
    return unbroadcast(tf.mul(dy, tf.mul(tf.pow(a, b), logarithm)), b.shape);
  },
}));
