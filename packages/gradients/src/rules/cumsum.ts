import * as tf from '@tensorflow/tfjs-core';
import { gradient } from '../gradient.js';

interface CumsumAttrs {
  readonly axis: number;
  readonly exclusive: boolean;
  readonly reverse: boolean;
}

/** Running sums; tfjs's own gradient transposes the result along any axis but the last. */
export const cumsum = gradient<'x', CumsumAttrs>([], ({ dy, attrs }) => ({
  x: () => tf.cumsum(dy, attrs.axis, attrs.exclusive, !attrs.reverse),
}));
