import * as tf from '@tensorflow/tfjs-core';
import { gradient } from '../gradient.js';

/** e^x: itself. */
export const exp = gradient(['x'], ({ dy, saved: { x } }) => ({ x: () => tf.mul(dy, tf.exp(x)) }));
