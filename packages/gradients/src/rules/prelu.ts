import * as tf from '@tensorflow/tfjs-core';
import { gradient, unbroadcast } from '../gradient.js';

/** Leaky ReLU with slopes that are learned: 1 above zero, alpha below it; by alpha, x below zero. */
export const prelu = gradient(['x', 'alpha'], ({ dy, saved: { x, alpha } }) => ({
  x: () => tf.where(tf.greater(x, 0), dy, tf.mul(dy, alpha)),
  alpha: () => unbroadcast(tf.mul(dy, tf.minimum(x, 0)), alpha.shape),
}));
