import * as tf from '@tensorflow/tfjs-core';
import { type OpCase, opCase } from './op-case.js';

const of = (op: (x: tf.Tensor) => tf.Tensor, shape: readonly number[] = [2, 3, 2]): OpCase =>
  opCase((x) => op(x as tf.Tensor), shape);

type Reduce = (x: tf.Tensor, axis?: number | number[], keepDims?: boolean) => tf.Tensor;

/** Over one axis, several, a negative one, all; kept and dropped. */
const reductions = (reduce: Reduce): OpCase[] => [
  of((x) => reduce(x)),
  of((x) => reduce(x, 1)),
  of((x) => reduce(x, -1, true)),
  of((x) => reduce(x, [0, 2])),
  of((x) => reduce(x, [0, 1], true)),
];

/** Cases of kernels that sum, pick or scan along axes. */
export const reduceCases = {
  All: [of((x) => tf.mul(x, tf.cast(tf.all(tf.greater(x, -1), 1, true), 'float32')))],
  Any: [of((x) => tf.mul(x, tf.cast(tf.any(tf.greater(x, 1), 1, true), 'float32')))],
  ArgMax: [of((x) => tf.mul(x, tf.cast(tf.expandDims(tf.argMax(x, 1), 1), 'float32')))],
  ArgMin: [of((x) => tf.mul(x, tf.cast(tf.expandDims(tf.argMin(x, 1), 1), 'float32')))],
  Cumsum: [
    of((x) => tf.cumsum(x, 2)),
    of((x) => tf.cumsum(x, 0), [3, 3]),
    of((x) => tf.cumsum(x, 1, true, true)),
  ],
  Max: reductions(tf.max),
  Mean: reductions(tf.mean),
  Min: reductions(tf.min),
  Prod: [
    ...reductions(tf.prod),
    of((x) => tf.prod(x, 0), [5]),
    // One factor, and a factor of zero: no division.
    of((x) => tf.prod(x, 0), [1, 2]),
    of((x) => tf.prod(tf.mul(x, tf.tensor1d([0, 1, 1])), 0), [3]),
  ],
  Sum: reductions(tf.sum),
};
