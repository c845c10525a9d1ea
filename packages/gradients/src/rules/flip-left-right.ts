import * as tf from '@tensorflow/tfjs-core';
import { gradient } from '../gradient.js';

/** Mirroring `[N, H, W, C]`: mirroring back. tfjs has no gradient for it. */
export const flipLeftRight = gradient([], ({ dy }) => ({
  image: () => tf.image.flipLeftRight(dy as tf.Tensor4D),
}));
