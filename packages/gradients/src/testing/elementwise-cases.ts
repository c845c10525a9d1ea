import * as tf from '@tensorflow/tfjs-core';
import { type Input, type OpCase, opCase } from './op-case.js';

const positive: Input = { shape: [2, 3], from: 0.5, to: 2 };
const inside: Input = { shape: [2, 3], from: -0.8, to: 0.8 };

const unary = (op: (x: tf.Tensor) => tf.Tensor, input: Input = [2, 3]): OpCase[] => [
  opCase((x) => op(x as tf.Tensor), input),
];

/** Equal shapes, then each operand broadcast. */
const binary = (op: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, range = [-1.5, 1.5]): OpCase[] => {
  const [from, to] = range as [number, number];
  const pair = (a: number[], b: number[]): OpCase =>
    opCase(
      (x, y) => op(x as tf.Tensor, y as tf.Tensor),
      { shape: a, from, to },
      { shape: b, from, to },
    );
  return [pair([2, 3], [2, 3]), pair([2, 3], [3]), pair([3, 1], [2, 1, 2]), pair([], [2, 2])];
};

/** x times a mask that the op makes of x: the mask's gradient is zero. */
const masked = (mask: (x: tf.Tensor) => tf.Tensor): OpCase[] =>
  unary((x) => tf.mul(x, tf.cast(mask(x), 'float32')));

const compared = (mask: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): OpCase[] =>
  binary((a, b) => tf.mul(tf.mul(a, b), tf.cast(mask(a, b), 'float32')));

const isPositive = (x: tf.Tensor): tf.Tensor => tf.greater(x, 0);

/** Cases of kernels that act on each element. */
export const elementwiseCases = {
  Abs: unary(tf.abs),
  Acos: unary(tf.acos, inside),
  Acosh: unary(tf.acosh, { shape: [2, 3], from: 1.5, to: 3 }),
  Add: binary(tf.add),
  AddN: [opCase((a, b, c) => tf.addN([a, b, tf.mul(b, c)] as tf.Tensor[]), [2, 3], [2, 3], [2, 3])],
  Asin: unary(tf.asin, inside),
  Asinh: unary(tf.asinh),
  Atan: unary(tf.atan),
  Atan2: binary(tf.atan2, [0.5, 2]),
  Atanh: unary(tf.atanh, inside),
  Cast: [
    ...unary((x) => tf.cast(tf.mul(x, 2), 'float32')),
    ...unary((x) => tf.cast(tf.cast(tf.mul(x, 3), 'int32'), 'float32')),
    ...masked((x) => tf.cast(tf.mul(x, 3), 'int32')),
  ],
  Ceil: masked(tf.ceil),
  ClipByValue: unary((x) => tf.clipByValue(x, -0.5, 0.7)),
  Cos: unary(tf.cos),
  Cosh: unary(tf.cosh),
  Elu: unary(tf.elu),
  Equal: compared(tf.equal),
  Erf: unary(tf.erf),
  Exp: unary(tf.exp),
  Expm1: unary(tf.expm1),
  Floor: masked(tf.floor),
  FloorDiv: [
    ...binary((a, b) => tf.mul(a, tf.floorDiv(a, b)), [0.5, 2]),
    ...binary(tf.floorDiv, [0.5, 2]),
  ],
  Greater: compared(tf.greater),
  GreaterEqual: compared(tf.greaterEqual),
  Identity: unary(tf.clone),
  IsFinite: masked(tf.isFinite),
  IsInf: masked(tf.isInf),
  IsNan: masked(tf.isNaN),
  LeakyRelu: unary((x) => tf.leakyRelu(x, 0.2)),
  Less: compared(tf.less),
  LessEqual: compared(tf.lessEqual),
  Log: unary(tf.log, positive),
  Log1p: unary(tf.log1p, positive),
  LogicalAnd: masked((x) => tf.logicalAnd(isPositive(x), tf.less(x, 1))),
  LogicalNot: masked((x) => tf.logicalNot(isPositive(x))),
  LogicalOr: [
    ...masked((x) => tf.logicalOr(isPositive(x), tf.less(x, -1))),
    ...masked((x) => tf.logicalXor(isPositive(x), tf.less(x, 1))),
  ],
  Maximum: binary(tf.maximum),
  Minimum: binary(tf.minimum),
  Mod: binary(tf.mod, [0.5, 3]),
  Multiply: binary(tf.mul),
  Neg: unary(tf.neg),
  NotEqual: compared(tf.notEqual),
  OnesLike: unary((x) => tf.mul(x, tf.onesLike(x))),
  Pow: [
    ...binary(tf.pow, [0.5, 2]),
    ...unary((x) => tf.pow(x, 2)),
    ...unary((x) => tf.pow(x, tf.scalar(3, 'int32'))),
  ],
  Prelu: [
    opCase((x, alpha) => tf.prelu(x as tf.Tensor, alpha as tf.Tensor), [2, 3], [3]),
    opCase((x, alpha) => tf.prelu(x as tf.Tensor, alpha as tf.Tensor), [2, 2, 2, 3], [2, 2, 3]),
    opCase((x, alpha) => tf.prelu(x as tf.Tensor, alpha as tf.Tensor), [2, 2, 2, 3], [1, 1, 3]),
  ],
  RealDiv: binary(tf.div, [0.5, 2]),
  Reciprocal: unary(tf.reciprocal, positive),
  Relu: unary(tf.relu),
  Relu6: [...unary(tf.relu6), ...unary(tf.relu6, { shape: [2, 3], from: 5, to: 7 })],
  Round: masked(tf.round),
  Rsqrt: unary(tf.rsqrt, positive),
  Select: [
    opCase(
      (a, b) => tf.where(tf.greater(a as tf.Tensor, 0), a as tf.Tensor, b as tf.Tensor),
      [2, 3],
      [2, 3],
    ),
    opCase(
      (a, b) => tf.where(tf.greater(a as tf.Tensor, 0), a as tf.Tensor, b as tf.Tensor),
      [2, 3],
      [1, 3],
    ),
    opCase(
      (a, b) => tf.where(tf.less(b as tf.Tensor, 0), a as tf.Tensor, tf.exp(b as tf.Tensor)),
      [3],
      [2, 3],
    ),
  ],
  Selu: unary(tf.selu),
  Sigmoid: unary(tf.sigmoid),
  Sign: masked(tf.sign),
  Sin: unary(tf.sin),
  Sinh: unary(tf.sinh),
  Softplus: unary(tf.softplus),
  Sqrt: unary(tf.sqrt, positive),
  Square: unary(tf.square),
  SquaredDifference: binary(tf.squaredDifference),
  Step: [...masked((x) => tf.step(x)), ...masked((x) => tf.step(x, 0.3))],
  Sub: binary(tf.sub),
  Tan: unary(tf.tan, inside),
  Tanh: unary(tf.tanh),
  ZerosLike: unary((x) => tf.add(x, tf.zerosLike(x))),
};
