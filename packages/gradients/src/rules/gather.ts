import * as tf from '@tensorflow/tfjs-core';
import { gradient } from '../gradient.js';

interface GatherAttrs {
  readonly axis: number;
  readonly batchDims: number;
}

/** [N, K] indices into rows of `size` each, as indices into all rows one behind another. */
function offsetRows(indices: tf.Tensor, { rows, size }: { rows: number; size: number }): tf.Tensor {
  const starts = tf.mul(tf.range(0, rows, 1, 'int32'), tf.scalar(size, 'int32'));
  return tf.add(tf.reshape(indices, [rows, -1]), tf.reshape(starts, [rows, 1]));
}

/**
 * Gathering: dy summed where it came from. With batch dimensions, each row of the batch has indices
 * of its own; tfjs's own gradient calls methods there that tfjs-core alone does not have.
 */
export const gather = gradient<'x' | 'indices', GatherAttrs>(
  ['x', 'indices'],
  ({ dy, saved: { x, indices }, attrs }) => ({
    x: () => {
      const axis = tf.util.parseAxisParam(attrs.axis, x.shape)[0] as number;
      const batch = x.shape.slice(0, attrs.batchDims);
      const outer = x.shape.slice(attrs.batchDims, axis);
      const inner = x.shape.slice(axis + 1);
      const size = x.shape[axis] as number;
      const [rows, before, after] = [batch, outer, inner].map((sizes) =>
        tf.util.sizeFromShape(sizes),
      ) as [number, number, number];
      // Bring the gathered axis to the front: [rows * picked, before * after].
      const picked = indices.size / rows;
      const byRow = tf.transpose(tf.reshape(dy, [rows, before, picked, after]), [0, 2, 1, 3]);
      const values = tf.reshape(byRow, [rows * picked, before * after]);
      const places = tf.reshape(offsetRows(indices, { rows, size }), [-1]) as tf.Tensor1D;
      const sums = tf.unsortedSegmentSum(values, places, rows * size);
      const back = tf.transpose(tf.reshape(sums, [rows, size, before, after]), [0, 2, 1, 3]);
      return tf.reshape(back, x.shape);
    },
    indices: () => tf.zeros(indices.shape),
  }),
);
