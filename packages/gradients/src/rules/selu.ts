import * as tf from '@tensorflow/tfjs-core';
import { gradient } from '../gradient.js';

const { SELU_SCALE, SELU_SCALEALPHA } = tf.backend_util;

/** SELU: scale above zero, scale alpha e^x below it. */
export const selu = gradient(['x'], ({ dy, saved: { x } }) => ({
  x: () => {
    const below = tf.mul(tf.exp(tf.minimum(x, 0)), SELU_SCALEALPHA);
    return tf.mul(dy, tf.where(tf.greater(x, 0), tf.fill(x.shape, SELU_SCALE), below));
  },
}));
