import * as tf from '@tensorflow/tfjs-core';
import { gradient } from '../gradient.js';

/** Leaky ReLU: `step(x, alpha)` is 1 above zero and alpha elsewhere. */
export const leakyRelu = gradient<'x', { alpha: number }>(
  ['x'],
  ({ dy, saved: { x }, attrs: { alpha } }) => ({ x: () => tf.mul(dy, tf.step(x, alpha)) }),
);
