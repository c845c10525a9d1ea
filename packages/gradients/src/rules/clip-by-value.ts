import * as tf from '@tensorflow/tfjs-core';
import { gradient } from '../gradient.js';

interface ClipAttrs {
  readonly clipValueMin: number;
  readonly clipValueMax: number;
}

/** Clipping: dy where nothing was clipped, the bounds included, else 0. */
export const clipByValue = gradient<'x', ClipAttrs>(['x'], ({ dy, saved: { x }, attrs }) => ({
  x: () => {
    const clipped = tf.clipByValue(x, attrs.clipValueMin, attrs.clipValueMax);
    return tf.mul(dy, tf.cast(tf.equal(x, clipped), 'float32'));
  },
}));
