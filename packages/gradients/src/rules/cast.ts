import * as tf from '@tensorflow/tfjs-core';
import { gradient } from '../gradient.js';

/** A cast to float32 keeps numbers; one to whole numbers or booleans is constant between its jumps. */
export const cast = gradient<never, { dtype: tf.DataType }>([], ({ dy, attrs: { dtype } }) => ({
  x: () => (dtype === 'float32' ? tf.clone(dy) : tf.zeros(dy.shape)),
}));
