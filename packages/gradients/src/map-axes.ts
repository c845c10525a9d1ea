import * as tf from '@tensorflow/tfjs-core';

/** A linear map along one axis: `matrix` is [to, from]. */
export interface AxisMap {
  readonly axis: number;
  readonly matrix: tf.Tensor;
}

/** Apply a matrix along each of some axes, as a matrix product: right at every order. */
export const mapAxes = (x: tf.Tensor, maps: readonly AxisMap[]): tf.Tensor =>
  maps.reduce((current, { axis, matrix }) => {
    const [before, after] = [current.shape.slice(0, axis), current.shape.slice(axis + 1)];
    const [rows, columns] = [before, after].map((sizes) => tf.util.sizeFromShape(sizes)) as [
      number,
      number,
    ];
    const [to, from] = matrix.shape as [number, number];
    const flat = tf.reshape(current, [rows, from, columns]);
    const mapped = tf.matMul(tf.reshape(matrix, [1, to, from]), flat);
    return tf.reshape(mapped, [...before, to, ...after]);
  }, x);
