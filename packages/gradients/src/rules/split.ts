import * as tf from '@tensorflow/tfjs-core';
import { type Gradient, toList } from '../gradient.js';

/** Splitting: joining; tfjs's own gradient throws where there is one part. */
export const splitV: Gradient = {
  gradFunc: (dy, _saved, attrs) => ({ x: () => tf.concat(toList(dy), attrs['axis'] as number) }),
};

/** Unstacking: stacking; tfjs's own gradient throws where there is one part. */
export const unpack: Gradient = {
  gradFunc: (dy, _saved, attrs) => ({ value: () => tf.stack(toList(dy), attrs['axis'] as number) }),
};
