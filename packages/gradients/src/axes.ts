import * as tf from '@tensorflow/tfjs-core';

/** A range of one axis. */
export function sliceAxis(
  x: tf.Tensor,
  axis: number,
  { begin, size }: { begin: number; size: number },
): tf.Tensor {
  const [begins, sizes] = [x.shape.map(() => 0), [...x.shape]];
  begins[axis] = begin;
  sizes[axis] = size;
  return tf.slice(x, begins, sizes);
}

/** Zeros before and after along one axis. */
export const padAxis = (x: tf.Tensor, axis: number, widths: [number, number]): tf.Tensor =>
  tf.pad(
    x,
    x.shape.map((_, i): [number, number] => (i === axis ? widths : [0, 0])),
  );

/** Put the elements of one axis `stride` apart from the element `begin` on, with zeros elsewhere. */
export function scatterAxis(
  x: tf.Tensor,
  axis: number,
  { begin, stride, size }: { begin: number; stride: number; size: number },
): tf.Tensor {
  const count = x.shape[axis] as number;
  const span = (count - 1) * stride + 1;
  const widths: [number, number] = [begin, size - begin - span];
  if (stride === 1) return size === count ? x : padAxis(x, axis, widths);
  const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
  const columns = tf.reshape(x, [...before, count, 1, ...after]);
  const apart = padAxis(columns, axis + 1, [0, stride - 1]);
  const joined = tf.reshape(apart, [...before, count * stride, ...after]);
  // Nothing follows the last element yet.
  return padAxis(sliceAxis(joined, axis, { begin: 0, size: span }), axis, widths);
}
