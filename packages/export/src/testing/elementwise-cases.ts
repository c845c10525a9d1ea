import * as tf from '@tensorflow/tfjs-core';
import { binary, but, type Case, on, onValues, run, unary } from './case.js';

const inUnit = { values: [[-0.9, -0.5, -0.1, 0, 0.3, 0.8]] };
const edges = [
  Number.NEGATIVE_INFINITY,
  -2.5,
  -1.5,
  -0.5,
  0,
  0.5,
  1.5,
  2.5,
  Number.POSITIVE_INFINITY,
];
const special = [Number.NaN, ...edges];
const atEdges = (op: Case['op']): Case => onValues(op, edges);

/** Within float32 of 0, where the digits of 1 + x are lost. */
const tiny = [-3e-5, -1e-6, 1e-7, 2e-4, 0.003];
const magnified =
  (op: (x: tf.Tensor) => tf.Tensor): Case['op'] =>
  (x) =>
    tf.mul(op(x as tf.Tensor), 1e5);

/** Cases for kernels of one tensor. */
export const elementwiseCases = {
  Abs: unary(tf.abs, {}, ['int32']),
  Acos: [...unary(tf.acos, { positive: false }).slice(3), but(on(tf.acos, [6]), inUnit)],
  Acosh: unary((x) => tf.acosh(tf.add(x as tf.Tensor, 1)), { positive: true }),
  Asin: [but(on(tf.asin, [6]), inUnit), but(on(tf.asin, [1, 1, 2, 3]), inUnit)],
  Asinh: unary(tf.asinh, {}, ['int32']),
  Atan: unary(tf.atan, {}, ['int32']),
  Atanh: [but(on(tf.atanh, [6]), inUnit), but(on(tf.atanh, [1, 1, 2, 3]), inUnit)],
  Cast: [
    on((x) => tf.cast(tf.cast(x as tf.Tensor, 'int32'), 'float32'), [5]),
    on((x) => tf.cast(x as tf.Tensor, 'bool'), [2, 3, 3, 2]),
    onValues((x) => tf.cast(x as tf.Tensor, 'bool'), [0, 0.5, -1, 2]),
    but(
      on((x) => tf.cast(x as tf.Tensor, 'float32'), [4]),
      { dtypes: ['bool'] },
    ),
    but(
      on((x) => tf.cast(x as tf.Tensor, 'int32'), [4]),
      { dtypes: ['bool'] },
    ),
  ],
  Ceil: [...unary(tf.ceil), atEdges(tf.ceil)],
  ClipByValue: [
    ...unary((x) => tf.clipByValue(x as tf.Tensor, -0.5, 0.75)),
    on((x) => tf.clipByValue(x as tf.Tensor, 0, Number.POSITIVE_INFINITY), [2, 3]),
    but(
      on((x) => tf.clipByValue(x as tf.Tensor, -1, Number.POSITIVE_INFINITY), [9]),
      {
        dtypes: ['int32'],
      },
    ),
  ],
  Cos: unary(tf.cos),
  Cosh: unary(tf.cosh),
  Elu: [...unary(tf.elu), atEdges(tf.elu)],
  EluGrad: binary((dy, x) => {
    // A gradient's dy has y's shape.
    const y = tf.elu(tf.add(x as tf.Tensor, tf.zerosLike(tf.mul(dy as tf.Tensor, x as tf.Tensor))));
    const whole = tf.add(dy as tf.Tensor, tf.zerosLike(y));
    return run('EluGrad', { dy: whole, y });
  }),
  Erf: unary(tf.erf),
  Exp: unary(tf.exp, {}, ['int32']),
  Expm1: [
    ...unary(tf.expm1),
    onValues(tf.expm1, [-90, -3, 5, 40]),
    onValues(magnified(tf.expm1), tiny),
  ],
  Floor: [...unary(tf.floor), atEdges(tf.floor)],
  IsFinite: [...unary(tf.isFinite, {}, ['int32']), onValues(tf.isFinite, special)],
  IsInf: [...unary(tf.isInf, {}, ['int32']), onValues(tf.isInf, special)],
  IsNan: [...unary(tf.isNaN, {}, ['int32']), onValues(tf.isNaN, special)],
  LeakyRelu: unary((x) => tf.leakyRelu(x as tf.Tensor, 0.2), {}, ['int32']),
  Log: unary(tf.log, { positive: true }),
  Log1p: [
    ...unary(tf.log1p, { positive: true }),
    onValues(tf.log1p, [-1, -0.9, 0, 3e8, Number.POSITIVE_INFINITY]),
    onValues(magnified(tf.log1p), tiny),
  ],
  LogicalNot: unary(tf.logicalNot, { dtypes: ['bool'] }),
  Neg: unary(tf.neg, {}, ['int32']),
  Reciprocal: unary(tf.reciprocal, { positive: true }),
  Relu: [...unary(tf.relu, {}, ['int32']), atEdges(tf.relu)],
  Relu6: [...unary((x) => tf.relu6(tf.mul(x as tf.Tensor, 5)), {}, ['int32']), atEdges(tf.relu6)],
  Round: [...unary(tf.round), atEdges(tf.round)],
  Rsqrt: unary(tf.rsqrt, { positive: true }),
  Selu: [...unary(tf.selu), atEdges(tf.selu)],
  Sigmoid: [...unary(tf.sigmoid), atEdges(tf.sigmoid)],
  Sign: [...unary(tf.sign, {}, ['int32']), atEdges(tf.sign)],
  Sin: unary(tf.sin),
  Sinh: unary(tf.sinh),
  Softplus: [...unary(tf.softplus), onValues(tf.softplus, [-90, -20, 20, 90])],
  Sqrt: unary(tf.sqrt, { positive: true }),
  Square: unary(tf.square, {}, ['int32']),
  Step: [
    ...unary((x) => tf.step(x as tf.Tensor, 0.2)),
    but(
      on((x) => tf.step(x as tf.Tensor, 2), [2, 4]),
      { dtypes: ['int32'] },
    ),
    atEdges((x) => tf.step(x as tf.Tensor)),
  ],
  Tan: unary(tf.tan),
  Tanh: [...unary(tf.tanh), atEdges(tf.tanh)],
} satisfies Record<string, Case[]>;

const signs: readonly (readonly [number, number])[] = [7, -7, 2.5, -2.5, 0, 6, -6].flatMap((a) =>
  [3, -3, 0.75, -0.75, 2].map((b) => [a, b] as const),
);
const bySign = (op: Case['op']): Case =>
  onValues(
    op,
    signs.map(([a]) => a),
    signs.map(([, b]) => b),
  );
const wholeBySign = (op: Case['op']): Case => ({
  ...onValues(op, [7, -7, 7, -7, 6, -6, 0, 5, -5], [3, 3, -3, -3, 3, -3, 4, 0, 0]),
  dtypes: ['int32', 'int32'],
});

/** Equal halves of the time. */
const asWhole =
  (op: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): Case['op'] =>
  (a, b) =>
    op(tf.cast(a as tf.Tensor, 'int32'), tf.cast(b as tf.Tensor, 'int32'));

const chosen: Case['op'] = (c, a, b) => tf.where(c as tf.Tensor, a as tf.Tensor, b as tf.Tensor);
const select = (...shapes: number[][]): Case => ({
  ...on(chosen, ...shapes),
  dtypes: ['bool', 'float32', 'float32'],
});

/** Cases for kernels of two tensors, and of three to choose between. */
export const pairCases = {
  Add: binary(tf.add, {}, ['int32']),
  AddN: [
    on((...all) => tf.addN(all), [2, 3], [2, 3], [2, 3]),
    on((...all) => tf.addN(all), [2, 3, 3, 2], [2, 3, 3, 2]),
    on((a) => tf.addN([a as tf.Tensor]), [3]),
    but(
      on((...all) => tf.addN(all), [4], [4]),
      { dtypes: ['int32', 'int32'] },
    ),
  ],
  Atan2: [...binary(tf.atan2), onValues(tf.atan2, [1, -1, 0, 2, -2, 3], [0, 0, -1, -1, -3, 0.5])],
  BitwiseAnd: [
    but(on(tf.bitwiseAnd, [3, 4], [3, 4]), { dtypes: ['int32', 'int32'] }),
    {
      ...onValues(
        tf.bitwiseAnd,
        [12, -1, -2147483648, 2147483647, -6, 0],
        [10, 255, -1, -2147483648, 7, 5],
      ),
      dtypes: ['int32', 'int32'],
    },
  ],
  Equal: binary(asWhole(tf.equal), {}, ['bool']),
  FloorDiv: [
    ...binary(tf.floorDiv, { positive: true }),
    bySign(tf.floorDiv),
    wholeBySign(tf.floorDiv),
  ],
  Greater: binary(tf.greater, {}, ['int32', 'bool']),
  GreaterEqual: binary(asWhole(tf.greaterEqual), {}, ['bool']),
  Less: binary(tf.less, {}, ['int32', 'bool']),
  LessEqual: binary(asWhole(tf.lessEqual), {}, ['bool']),
  LogicalAnd: binary(tf.logicalAnd, { dtypes: ['bool', 'bool'] }),
  LogicalOr: binary(tf.logicalOr, { dtypes: ['bool', 'bool'] }),
  // tf.logicalXor is made of other kernels.
  LogicalXor: binary((a, b) => run('LogicalXor', { a: a as tf.Tensor, b: b as tf.Tensor }), {
    dtypes: ['bool', 'bool'],
    expected: tf.logicalXor as Case['op'],
  }),
  Maximum: binary(tf.maximum, {}, ['int32']),
  Minimum: binary(tf.minimum, {}, ['int32']),
  Mod: [
    ...binary(tf.mod, { positive: true }),
    bySign(tf.mod),
    {
      ...wholeBySign(tf.mod),
      values: [
        [7, -7, 7, -7, 6, -6, 0],
        [3, 3, -3, -3, 3, -3, 4],
      ],
      shapes: [[7], [7]],
    },
  ],
  Multiply: binary(tf.mul, {}, ['int32']),
  NotEqual: binary(asWhole(tf.notEqual), {}, ['bool']),
  Pow: [
    ...binary(tf.pow, { positive: true }),
    { ...onValues(tf.pow, [2, -3, 5, 0], [3, 3, 2, 0]), dtypes: ['int32', 'int32'] },
  ],
  Prelu: binary(tf.prelu),
  RealDiv: binary(tf.div, { positive: true }),
  Select: [
    select([2, 3], [2, 3], [2, 3]),
    select([2, 2, 3, 2], [2, 2, 3, 2], [2, 2, 3, 2]),
    select([], [2, 3], [3]),
    but(select([4], [4], [4]), { dtypes: ['bool', 'int32', 'int32'] }),
    but(select([4], [4], [4]), { dtypes: ['bool', 'bool', 'bool'] }),
    {
      // A condition for whole rows, as the kernel takes it and the op no longer does.
      ...on(
        (c, t, e) =>
          run('Select', { condition: c as tf.Tensor, t: t as tf.Tensor, e: e as tf.Tensor }),
        [2],
        [2, 3],
        [2, 3],
      ),
      dtypes: ['bool', 'float32', 'float32'],
      values: [
        [1, 0],
        [1, 2, 3, 4, 5, 6],
        [7, 8, 9, 10, 11, 12],
      ],
      // tfjs's cpu backend takes element i of t for all of row i.
      expected: [1, 2, 3, 10, 11, 12],
    },
  ],
  SquaredDifference: binary(tf.squaredDifference, {}, ['int32']),
  Sub: binary(tf.sub, {}, ['int32']),
} satisfies Record<string, Case[]>;
