import * as tf from '@tensorflow/tfjs-core';
import { gradient } from '../gradient.js';

/**
 * For each factor along the last axis of `[M, K]`, the product of the others. Pairs are multiplied,
 * then pairs of pairs, and the way back multiplies each with its neighbour: nothing is divided, so
 * factors may be zero.
 */
function productOfOthers(factors: tf.Tensor): tf.Tensor {
  const [rows, count] = factors.shape as [number, number];
  if (count === 1) return tf.onesLike(factors);
  if (count % 2 === 1) {
    const even = tf.pad(
      factors,
      [
        [0, 0],
        [0, 1],
      ],
      1,
    );
    return tf.slice(productOfOthers(even), [0, 0], [rows, count]);
  }
  const pairs = tf.reshape(factors, [rows, count / 2, 2]);
  const neighbours = tf.reverse(pairs, 2);
  const [first, second] = tf.unstack(pairs, 2) as [tf.Tensor, tf.Tensor];
  const others = tf.expandDims(productOfOthers(tf.mul(first, second)), 2);
  return tf.reshape(tf.mul(neighbours, others), [rows, count]);
}

/** Products along axes; tfjs's own gradient cannot be differentiated, nor run by tfjs-core alone. */
export const prod = gradient<'x', { axis: number | number[] | null }>(
  ['x'],
  ({ dy, saved: { x }, attrs }) => ({
    x: () => {
      const axes = tf.util.parseAxisParam(attrs.axis as number[], x.shape);
      const kept = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
      const order = [...kept, ...axes];
      const moved = tf.transpose(x, order);
      const rows = tf.util.sizeFromShape(kept.map((axis) => x.shape[axis] as number));
      const others = productOfOthers(tf.reshape(moved, [rows, x.size / rows]));
      const scaled = tf.mul(others, tf.reshape(dy, [rows, 1]));
      const undo = tf.backend_util.getUndoAxesPermutation(order);
      return tf.transpose(tf.reshape(scaled, moved.shape), undo);
    },
  }),
);
