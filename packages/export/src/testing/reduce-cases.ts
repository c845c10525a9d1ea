import * as tf from '@tensorflow/tfjs-core';
import { but, type Case, on, onValues, run } from './case.js';

type Reduce = (x: tf.Tensor, axis?: number | number[], keepDims?: boolean) => tf.Tensor;

/** All axes, one, several, negative ones, kept or not, of every rank. */
const reductions = (op: Reduce): Case[] => [
  on((x) => op(x as tf.Tensor), [2, 3]),
  on((x) => op(x as tf.Tensor), []),
  on((x) => op(x as tf.Tensor, 1), [2, 3, 4]),
  on((x) => op(x as tf.Tensor, -1, true), [2, 3, 3, 4]),
  on((x) => op(x as tf.Tensor, -1), [2, 3, 3, 4]),
  on((x) => op(x as tf.Tensor, [1, 2]), [2, 3, 3, 4]),
  on((x) => op(x as tf.Tensor, [1, 2], true), [2, 3, 3, 4]),
  on((x) => op(x as tf.Tensor, [0, 3]), [2, 3, 2, 4]),
  on((x) => op(x as tf.Tensor, 0), [2, 3, 2, 4]),
  on((x) => op(x as tf.Tensor, [-3, -1]), [2, 3, 2, 4]),
];
const withDtype = (op: Reduce, dtype: 'int32' | 'bool'): Case[] => [
  but(
    on((x) => op(x as tf.Tensor, 0), [4, 3]),
    { dtypes: [dtype] },
  ),
  but(
    on((x) => op(x as tf.Tensor, [1, 2]), [2, 3, 2, 4]),
    { dtypes: [dtype] },
  ),
];
const bools = (op: Reduce): Case[] => reductions(op).map((each) => but(each, { dtypes: ['bool'] }));

const place = (op: (x: tf.Tensor, axis?: number) => tf.Tensor): Case[] => [
  ...[0, 1, 2, 3, -1].map((axis) => on((x) => op(x as tf.Tensor, axis), [2, 3, 2, 4])),
  on((x) => op(x as tf.Tensor), [5]),
  // Of equal numbers, the first.
  onValues((x) => op(x as tf.Tensor), [1, 3, 1, 3]),
  ...withDtype((x) => op(x, 0), 'int32'),
];

type Scan = (x: tf.Tensor, axis?: number, exclusive?: boolean, reverse?: boolean) => tf.Tensor;

const scans = (op: Scan): Case[] => [
  ...[false, true].flatMap((exclusive) =>
    [false, true].map((reverse) => on((x) => op(x as tf.Tensor, 1, exclusive, reverse), [2, 5])),
  ),
  on((x) => op(x as tf.Tensor), [7]),
  on((x) => op(x as tf.Tensor, 0, true), [1]),
  on((x) => op(x as tf.Tensor, 2, false, true), [2, 3, 4, 2]),
  but(
    on((x) => op(x as tf.Tensor, 0), [6]),
    { dtypes: ['int32'] },
  ),
];

const normed =
  (shape: number[], has: { scale: boolean; offset: boolean }): Case['op'] =>
  (x, mean, variance, offset, scale) =>
    tf.batchNorm(
      tf.reshape(x as tf.Tensor, shape),
      mean as tf.Tensor1D,
      tf.abs(variance as tf.Tensor1D),
      has.offset ? (offset as tf.Tensor1D) : undefined,
      has.scale ? (scale as tf.Tensor1D) : undefined,
      0.01,
    );
const both = { scale: true, offset: true };

const lrn =
  (radius: number): Case['op'] =>
  (x) =>
    tf.localResponseNormalization(x as tf.Tensor4D, radius, 1.5, 0.7, 0.6);
const lrnGradient: Case['op'] = (x, dy) => {
  const attrs = { depthRadius: 1, bias: 1.5, alpha: 0.7, beta: 0.6 };
  const y = run('LRN', { x: x as tf.Tensor }, attrs);
  return run('LRNGrad', { x: x as tf.Tensor, y, dy: dy as tf.Tensor }, attrs);
};

/** Of as many numbers as a training step weighs rather than reduces. */
const perChannel = (reduce: Reduce): Case[] => [
  on((x) => reduce(x as tf.Tensor, [0, 1, 2]), [3, 12, 8, 16]),
  on((x) => reduce(x as tf.Tensor, [0, 1, 2], true), [1, 12, 24, 16]),
  on((x) => reduce(x as tf.Tensor, 0), [512, 9]),
];

/** Cases for kernels that reduce, run along an axis or normalize. */
export const reduceCases = {
  All: bools(tf.all as Reduce),
  Any: bools(tf.any as Reduce),
  ArgMax: place(tf.argMax),
  ArgMin: place(tf.argMin),
  Cumprod: scans(tf.cumprod),
  Cumsum: scans(tf.cumsum),
  FusedBatchNorm: [
    on(normed([2, 3, 2, 4], both), [2, 3, 2, 4], [4], [4], [4], [4]),
    on(normed([3, 4], both), [3, 4], [4], [4], [4], [4]),
    on(normed([2, 3, 4], { scale: false, offset: true }), [2, 3, 4], [4], [4], [4], [4]),
    on(normed([2, 3, 4], { scale: true, offset: false }), [2, 3, 4], [4], [4], [4], [4]),
    on(normed([2, 2, 3, 4], { scale: false, offset: false }), [2, 2, 3, 4], [4], [4], [4], [4]),
    on(
      (x, mean, variance) =>
        tf.batchNorm4d(x as tf.Tensor4D, mean as tf.Tensor4D, tf.abs(variance as tf.Tensor4D)),
      [2, 2, 3, 2],
      [2, 2, 3, 2],
      [2, 2, 3, 2],
    ),
  ],
  // tf.logSoftmax is made of other kernels.
  LogSoftmax: [
    ...[
      [3, 5],
      [2, 2, 3, 4],
    ].map((shape) => ({
      ...on((x) => run('LogSoftmax', { logits: x as tf.Tensor }, { axis: -1 }), shape),
      expected: ((x) => tf.logSoftmax(x as tf.Tensor)) as Case['op'],
    })),
  ],
  LRN: [on(lrn(1), [2, 2, 3, 5]), on(lrn(7), [1, 2, 2, 3]), on(lrn(0), [1, 1, 2, 1])],
  LRNGrad: [
    on(lrnGradient, [2, 2, 3, 5], [2, 2, 3, 5]),
    on(lrnGradient, [1, 2, 2, 1], [1, 2, 2, 1]),
  ],
  Max: [
    ...reductions(tf.max as Reduce),
    ...withDtype(tf.max as Reduce, 'int32'),
    ...withDtype(tf.max as Reduce, 'bool'),
  ],
  Mean: [
    ...reductions(tf.mean as Reduce),
    ...withDtype(tf.mean as Reduce, 'int32'),
    ...perChannel(tf.mean as Reduce),
  ],
  Min: [
    ...reductions(tf.min as Reduce),
    ...withDtype(tf.min as Reduce, 'int32'),
    ...withDtype(tf.min as Reduce, 'bool'),
  ],
  Prod: [
    ...reductions(tf.prod as Reduce),
    ...withDtype(tf.prod as Reduce, 'int32'),
    ...withDtype(tf.prod as Reduce, 'bool'),
  ],
  Softmax: [
    on((x) => tf.softmax(x as tf.Tensor), [3, 5]),
    on((x) => tf.softmax(x as tf.Tensor), [2, 2, 3, 4]),
    on((x) => tf.softmax(x as tf.Tensor, 0), [4]),
  ],
  Sum: [
    on((x) => tf.sum(x as tf.Tensor, []), [5000]),
    ...reductions(tf.sum as Reduce),
    ...withDtype(tf.sum as Reduce, 'int32'),
    ...withDtype(tf.sum as Reduce, 'bool'),
    on((x) => tf.sum(x as tf.Tensor, 0), [0, 3]),
    ...perChannel(tf.sum as Reduce),
  ],
} satisfies Record<string, Case[]>;
