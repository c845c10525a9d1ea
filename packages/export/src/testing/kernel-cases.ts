import * as tf from '@tensorflow/tfjs-core';
import type { rules } from '../kernels/index.js';
import { type Case, linearCases, type Op } from './linear-cases.js';

const unary = (op: Op, positive = false): Case[] => [
  { op, shapes: [[2, 3]], positive },
  { op, shapes: [[]], positive },
  { op, shapes: [[2, 3, 3, 2]], positive },
];
const binary = (op: Op, positive = false): Case[] => [
  {
    op,
    shapes: [
      [2, 3],
      [2, 3],
    ],
    positive,
  },
  { op, shapes: [[2, 3], [3]], positive },
  {
    op,
    shapes: [
      [2, 1, 3],
      [4, 1],
    ],
    positive,
  },
  { op, shapes: [[], [2, 2, 3, 2]], positive },
];
const asFloat =
  (op: Op): Op =>
  (...inputs) =>
    tf.cast(op(...inputs), 'float32');

/** Cases for every kernel that has a rule. */
export const cases: Record<keyof typeof rules, Case[]> = {
  ...linearCases,
  Abs: unary(tf.abs),
  Add: binary(tf.add),
  Cast: [{ op: (x) => tf.cast(tf.cast(x, 'int32'), 'float32'), shapes: [[5]] }],
  Concat: [
    {
      op: (a, b) => tf.concat([a, b], 0),
      shapes: [
        [2, 3],
        [4, 3],
      ],
    },
    {
      op: (a, b) => tf.concat([a, b], -1),
      shapes: [
        [2, 3],
        [2, 1],
      ],
    },
    {
      op: (a, b) => tf.concat([a, b], 3),
      shapes: [
        [2, 3, 3, 1],
        [2, 3, 3, 2],
      ],
    },
  ],
  Equal: binary(asFloat((a, b) => tf.equal(tf.cast(a, 'int32'), tf.cast(b, 'int32')))),
  Exp: unary(tf.exp),
  ExpandDims: [
    { op: (x) => tf.expandDims(x, -1), shapes: [[2, 3]] },
    { op: (x) => tf.expandDims(x, 0), shapes: [[2]] },
  ],
  Fill: [{ op: (x) => tf.add(x, tf.fill([2, 2], 3)), shapes: [[2, 2]] }],
  Greater: binary(asFloat(tf.greater)),
  Identity: [{ op: tf.clone, shapes: [[2, 3]] }],
  LeakyRelu: unary((x) => tf.leakyRelu(x, 0.2)),
  Less: binary(asFloat(tf.less)),
  Log: unary(tf.log, true),
  LogSoftmax: [{ op: (x) => tf.logSoftmax(x), shapes: [[3, 5]] }],
  Max: [
    { op: (x) => tf.max(x, 1), shapes: [[2, 3, 4]] },
    { op: (x) => tf.max(x), shapes: [[2, 3]] },
  ],
  Maximum: binary(tf.maximum),
  Mean: [
    { op: (x) => tf.mean(x), shapes: [[2, 3]] },
    { op: (x) => tf.mean(tf.cast(tf.mul(x, 3), 'int32'), 1), shapes: [[2, 3]] },
    { op: (x) => tf.mean(x, -1, true), shapes: [[2, 3, 3, 4]] },
    { op: (x) => tf.mean(x, [1, 2]), shapes: [[2, 3, 3, 4]] },
  ],
  Min: [{ op: (x) => tf.min(x, [0, 2]), shapes: [[2, 3, 4]] }],
  Minimum: binary(tf.minimum),
  Multiply: binary(tf.mul),
  Neg: unary(tf.neg),
  OneHot: [
    { op: (x) => tf.oneHot(tf.cast(tf.abs(x), 'int32'), 3), shapes: [[6]] },
    {
      op: (x) => tf.oneHot(tf.cast(tf.abs(x), 'int32'), 3, 0.9, -0.1, 'float32'),
      shapes: [[2, 3]],
    },
  ],
  OnesLike: [{ op: (x) => tf.add(x, tf.onesLike(x)), shapes: [[2, 3]] }],
  PadV2: [
    { op: (x) => tf.pad(tf.cast(tf.mul(x, 3), 'int32'), [[1, 1]], 2), shapes: [[3]] },
    {
      op: (x) =>
        tf.pad(
          x,
          [
            [1, 2],
            [0, 3],
          ],
          0.5,
        ),
      shapes: [[2, 3]],
    },
    {
      op: (x) =>
        tf.pad(x, [
          [0, 0],
          [1, 1],
          [2, 0],
          [0, 0],
        ]),
      shapes: [[2, 3, 3, 2]],
    },
  ],
  Pow: binary((a, b) => tf.pow(a, b), true),
  RealDiv: binary(tf.div, true),
  Reciprocal: unary(tf.reciprocal, true),
  Relu: unary(tf.relu),
  Reshape: [
    { op: (x) => tf.reshape(x, [3, -1]), shapes: [[2, 3, 2]] },
    { op: (x) => tf.reshape(x, []), shapes: [[1, 1]] },
  ],
  Rsqrt: unary(tf.rsqrt, true),
  Sigmoid: unary(tf.sigmoid),
  Slice: [{ op: (x) => tf.slice(x, [0, 1], [2, -1]), shapes: [[3, 4]] }],
  Softmax: [{ op: (x) => tf.softmax(x), shapes: [[3, 5]] }],
  Softplus: unary(tf.softplus),
  Sqrt: unary(tf.sqrt, true),
  Square: unary(tf.square),
  SquaredDifference: binary(tf.squaredDifference),
  Step: [
    ...unary((x) => tf.step(x, 0.2)),
    { op: (x) => tf.step(tf.cast(tf.mul(x, 3), 'int32'), 2), shapes: [[2, 3]] },
  ],
  Sub: binary(tf.sub),
  Sum: [
    { op: (x) => tf.sum(x, [0, 1, 2]), shapes: [[2, 3, 3, 4]] },
    { op: (x) => tf.sum(x, -1, true), shapes: [[2, 3]] },
    { op: (x) => tf.sum(x), shapes: [[]] },
  ],
  Tanh: unary(tf.tanh),
  Tile: [{ op: (x) => tf.tile(x, [2, 3]), shapes: [[2, 2]] }],
  Transpose: [{ op: (x) => tf.transpose(x, [2, 0, 1]), shapes: [[2, 3, 4]] }],
  ZerosLike: [{ op: (x) => tf.add(x, tf.zerosLike(x)), shapes: [[2, 3]] }],
};
