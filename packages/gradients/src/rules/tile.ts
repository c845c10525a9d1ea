import * as tf from '@tensorflow/tfjs-core';
import { gradient } from '../gradient.js';

/** Repeating: the sum over the repeats. tfjs's own gradient slices once for each, up to rank 4. */
export const tile = gradient<'x', { reps: number[] }>(['x'], ({ dy, saved: { x }, attrs }) => ({
  x: () => {
    // Each axis that is repeated is split in two: repeats, and what is repeated.
    const split = x.shape.flatMap((size, axis) => {
      const count = attrs.reps[axis] as number;
      return count === 1 ? [size] : [count, size];
    });
    const axes: number[] = [];
    let axis = 0;
    for (const count of attrs.reps) {
      if (count !== 1) axes.push(axis++);
      axis++;
    }
    if (axes.length === 0) return tf.clone(dy);
    return tf.sum(tf.reshape(dy, split), axes);
  },
}));
