import type * as tf from '@tensorflow/tfjs-core';
import type { ElementType, Graph, Value } from '../graph.js';
import { elementwise, mapElements, type Write } from './broadcast.js';
import { join, not, test, unary, viaFloat, viaNumbers, where } from './nodes.js';
import { inputOf, type Rule, type Rules, rule } from './rule.js';

/** An ONNX op that takes whole numbers as well. */
const numeric = (op: string): Rule =>
  elementwise((graph, x) => viaNumbers(graph, x, (y) => unary(graph, op, y)));

/** An ONNX op on floats; whole numbers are computed as such and cut off, as tfjs does. */
const float = (write: Write): Rule =>
  elementwise((graph, x) => viaFloat(graph, x, (y) => write(graph, y)));

const floatOp = (op: string): Rule => float((graph, x) => unary(graph, op, x));

/** A question about each element; whole numbers are neither infinite nor NaN. */
const question = (write: Write): Rule =>
  elementwise((graph, x) => write(graph, graph.cast(x, 'float32')));

/** e^x - 1 with all digits near 0, where e^x itself has lost them: 2 t / (1 - t), t = tanh(x / 2). */
function expm1(graph: Graph, x: Value): Value {
  const t = unary(graph, 'Tanh', join(graph, 'Mul', [x, 0.5]));
  const twice = join(graph, 'Add', [t, t]);
  const near = join(graph, 'Div', [twice, join(graph, 'Sub', [graph.scalar(1), t])]);
  const far = join(graph, 'Sub', [unary(graph, 'Exp', x), 1]);
  return where(graph, test(graph, 'Less', unary(graph, 'Abs', x), 0.5), near, far);
}

/** log(1 + x) with all digits near 0: log(u) x / (u - 1), where u is 1 + x as rounded. */
function log1p(graph: Graph, x: Value): Value {
  const u = join(graph, 'Add', [x, 1]);
  const rounded = join(graph, 'Sub', [u, 1]);
  const isZero = test(graph, 'Equal', rounded, 0);
  const ratio = join(graph, 'Div', [x, where(graph, isZero, u, rounded)]);
  const corrected = join(graph, 'Mul', [unary(graph, 'Log', u), ratio]);
  // Where u is infinite the ratio is NaN, and log(u) needs no correction.
  const isFar = test(graph, 'Greater', x, 1);
  return where(graph, isZero, x, where(graph, isFar, unary(graph, 'Log', u), corrected));
}

const isInfinite: Write = (graph, x) =>
  graph.add(
    'IsInf',
    [x],
    { shape: x.shape, dtype: 'bool' },
    { detect_negative: 1, detect_positive: 1 },
  );

const isNotANumber: Write = (graph, x) =>
  graph.add('IsNaN', [x], { shape: x.shape, dtype: 'bool' });

const isNeither: Write = (graph, x) =>
  not(graph, test(graph, 'Or', isInfinite(graph, x), isNotANumber(graph, x)));

/** A bound in a dtype: the largest int32 stands for infinity. */
const bound = (x: number, dtype: ElementType): number =>
  dtype === 'float32' ? x : Math.min(Math.max(x, -(2 ** 31)), 2 ** 31 - 1);

/** Kernels of one tensor that go element by element. */
export const elementwiseRules = {
  Abs: numeric('Abs'),
  Acos: floatOp('Acos'),
  Acosh: floatOp('Acosh'),
  Asin: floatOp('Asin'),
  Asinh: floatOp('Asinh'),
  Atan: floatOp('Atan'),
  Atanh: floatOp('Atanh'),
  Ceil: floatOp('Ceil'),
  Cos: floatOp('Cos'),
  Cosh: floatOp('Cosh'),
  // tfjs computes it within 1.5e-7 by a polynomial; this is exact to float32.
  Erf: floatOp('Erf'),
  Exp: elementwise((graph, x) => unary(graph, 'Exp', graph.cast(x, 'float32'))),
  Expm1: float(expm1),
  Floor: floatOp('Floor'),
  IsFinite: question(isNeither),
  IsInf: question(isInfinite),
  IsNan: question(isNotANumber),
  Log: floatOp('Log'),
  Log1p: float(log1p),
  Neg: numeric('Neg'),
  Reciprocal: floatOp('Reciprocal'),
  // Halves go to the even neighbour, in ONNX as in tfjs.
  Round: floatOp('Round'),
  Rsqrt: float((graph, x) => unary(graph, 'Reciprocal', unary(graph, 'Sqrt', x))),
  Sign: numeric('Sign'),
  Sin: floatOp('Sin'),
  Sinh: floatOp('Sinh'),
  Sqrt: floatOp('Sqrt'),
  Square: elementwise((graph, x) => viaNumbers(graph, x, (y) => join(graph, 'Mul', [y, y]))),
  Tan: floatOp('Tan'),
  Tanh: floatOp('Tanh'),
  Cast: rule<{ dtype: tf.DataType }>((call) =>
    mapElements(call.backend, inputOf(call, 'x'), (graph, x) =>
      graph.cast(x, call.attrs.dtype as 'float32' | 'int32' | 'bool'),
    ),
  ),
  ClipByValue: rule<{ clipValueMin: number; clipValueMax: number }>((call) => {
    const { clipValueMin: min, clipValueMax: max } = call.attrs;
    return mapElements(call.backend, inputOf(call, 'x'), (graph, x) =>
      join(graph, 'Clip', [x, bound(min, x.dtype), bound(max, x.dtype)]),
    );
  }),
} satisfies Rules;
