import * as tf from '@tensorflow/tfjs-core';
import { gradient } from '../gradient.js';
import { mapAxes } from '../map-axes.js';
import { isTiling, type PoolAttrs, poolWindows, type Windows } from '../pool-windows.js';

/** The matrix [pixels, windows] that spreads each window's derivative evenly over its pixels. */
function spread({ size, count, filter, stride, before }: Windows): tf.Tensor {
  const matrix = new Float32Array(size * count);
  for (let window = 0; window < count; window++) {
    const first = Math.max(0, window * stride - before);
    const last = Math.min(size, window * stride - before + filter);
    for (let pixel = first; pixel < last; pixel++) {
      matrix[pixel * count + window] = 1 / (last - first);
    }
  }
  return tf.tensor(matrix, [size, count]);
}

/** The same where windows lie side by side: repeat, and divide. */
function repeat(dy: tf.Tensor, shape: readonly number[], windows: readonly Windows[]): tf.Tensor {
  const [batch, ...others] = dy.shape as [number, ...number[]];
  const channels = others.pop() as number;
  const split = [batch, ...others.flatMap((count) => [count, 1]), channels];
  const tile = [1, ...windows.flatMap(({ filter }) => [1, filter]), 1];
  const share = 1 / windows.reduce((product, { filter }) => product * filter, 1);
  return tf.reshape(tf.mul(tf.reshape(dy, split), tf.fill(tile, share)), [...shape]);
}

/**
 * Average pooling in two and three dimensions. tfjs's kernel for this gradient counts the padding
 * on the cpu backend, which its forward kernel does not.
 */
export const avgPool = gradient<'x', PoolAttrs>(['x'], ({ dy, saved: { x }, attrs }) => ({
  x: () => {
    const windows = poolWindows(x.shape, attrs);
    if (isTiling(windows)) return repeat(dy, x.shape, windows);
    return mapAxes(
      dy,
      windows.map((each) => ({ axis: each.axis, matrix: spread(each) })),
    );
  },
}));
