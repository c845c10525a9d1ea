import * as tf from '@tensorflow/tfjs-core';
import { type Attributes, type ElementType, type Graph, sizeOf, type Value } from '../graph.js';

/**
 * Nodes whose output follows from their inputs, for rules that need several of them. Axes are counted
 * from 0 in the order that a value is held in. No constant here has the size of an axis that
 * is only passed through, so that the batch may be chosen at run time.
 */

/** Numbers 0 to `count` - 1. */
export const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

const broadcast = (shapes: readonly (readonly number[])[]): number[] =>
  shapes.reduce<number[]>((a, b) => tf.backend_util.assertAndGetBroadcastShape(a, [...b]), []);

/** One input, an output of its shape. */
export const unary = (graph: Graph, op: string, x: Value, attributes: Attributes = {}): Value =>
  graph.add(op, [x], { shape: x.shape, dtype: x.dtype }, attributes);

/** Two inputs or more with broadcasting; numbers are scalars of the first input's dtype. */
export function join(
  graph: Graph,
  op: string,
  operands: readonly [Value, ...(Value | number)[]],
  options: { dtype?: ElementType; attributes?: Attributes } = {},
): Value {
  const { dtype } = operands[0];
  const values = operands.map((each) =>
    typeof each === 'number' ? graph.scalar(each, dtype) : each,
  );
  const spec = { shape: broadcast(values.map((v) => v.shape)), dtype: options.dtype ?? dtype };
  return graph.add(op, values, spec, options.attributes);
}

/** A comparison or logical op: bools come out. */
export const test = (graph: Graph, op: string, a: Value, b: Value | number): Value =>
  join(graph, op, [a, b], { dtype: 'bool' });

export const not = (graph: Graph, x: Value): Value => unary(graph, 'Not', x);

/** `a` where the condition holds, else `b`. onnxruntime's Where takes no bools to choose from. */
export function where(graph: Graph, condition: Value, a: Value, b: Value | number): Value {
  if (a.dtype === 'bool') {
    const other = typeof b === 'number' ? b : graph.cast(b, 'int32');
    return graph.cast(where(graph, condition, graph.cast(a, 'int32'), other), 'bool');
  }
  const other = typeof b === 'number' ? graph.scalar(b, a.dtype) : b;
  const shape = broadcast([condition.shape, a.shape, other.shape]);
  return graph.add('Where', [condition, a, other], { shape, dtype: a.dtype });
}

/** Apply what takes floats only; the result has the dtype of `x`, cut off towards 0 as tfjs does. */
export const viaFloat = (graph: Graph, x: Value, write: (x: Value) => Value): Value =>
  graph.cast(write(graph.cast(x, 'float32')), x.dtype);

/** Apply what takes numbers and no bools; bools go in and come out as 0 and 1. */
export const viaNumbers = (graph: Graph, x: Value, write: (x: Value) => Value): Value =>
  x.dtype === 'bool' ? graph.cast(write(graph.cast(x, 'int32')), 'bool') : write(x);

/** The sum of values of one shape. */
export const addAll = (graph: Graph, values: readonly Value[]): Value =>
  values.reduce((a, b) => join(graph, 'Add', [a, b]));

/** The largest of values of one shape. */
export const maxAll = (graph: Graph, values: readonly Value[]): Value =>
  values.length === 1 ? (values[0] as Value) : join(graph, 'Max', values as [Value, ...Value[]]);

/** A part of one axis: from `start` up to `end`, which is left out. A step below 0 goes down, to -1 at most. */
export interface Cut {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
  readonly step?: number;
}

/** How many entries of its axis a cut takes. */
const cutSize = ({ start, end, step = 1 }: Cut): number =>
  Math.max(0, Math.ceil((end - start) / step));

/** The sizes that cuts leave of these. */
export const cutShape = (shape: readonly number[], cuts: readonly Cut[]): number[] =>
  cuts.reduce((sizes, cut) => sizes.with(cut.axis, cutSize(cut)), [...shape]);

export function slice(graph: Graph, x: Value, cuts: readonly Cut[]): Value {
  const isWhole = ({ axis, start, end, step = 1 }: Cut): boolean =>
    start === 0 && end === x.shape[axis] && step === 1;
  const needed = cuts.filter((cut) => !isWhole(cut));
  if (needed.length === 0) return x;
  // ONNX counts an end of -1 from the back; what lies before the first element is further off.
  const ends = needed.map(({ axis, end }) => (end < 0 ? -1 - (x.shape[axis] as number) : end));
  const lists = [
    needed.map(({ start }) => start),
    ends,
    needed.map(({ axis }) => axis),
    needed.map(({ step = 1 }) => step),
  ];
  const inputs = [x, ...lists.map((list) => graph.integers(list))];
  return graph.add('Slice', inputs, { shape: cutShape(x.shape, needed), dtype: x.dtype });
}

/** A list of int32 numbers, as indices or to count with. */
export const list = (graph: Graph, numbers: readonly number[]): Value =>
  graph.constant(Int32Array.from(numbers), [numbers.length], 'int32');

/** The entries of one axis that the indices name; the axis gives way to the axes of `indices`. */
export function gather(graph: Graph, x: Value, indices: Value, axis: number): Value {
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  return graph.add('Gather', [x, indices], { shape, dtype: x.dtype }, { axis });
}

/** The entry at `index` of one axis, which goes. */
export const pick = (graph: Graph, x: Value, index: number, axis: number): Value =>
  gather(graph, x, graph.constant([index], [], 'int64'), axis);

/** `[..., indices, ...]`: for each of the indices, which have the shape of `x` but for one axis, the entry along it. */
export const gatherElements = (graph: Graph, x: Value, indices: Value, axis: number): Value =>
  graph.add('GatherElements', [x, indices], { shape: indices.shape, dtype: x.dtype }, { axis });

export function concat(graph: Graph, values: readonly Value[], axis: number): Value {
  const first = values[0] as Value;
  if (values.length === 1) return first;
  const shape = [...first.shape];
  shape[axis] = values.reduce((sum, v) => sum + (v.shape[axis] as number), 0);
  return graph.add('Concat', values, { shape, dtype: first.dtype }, { axis });
}

/** Entries added before and after, axis by axis. */
export type Margins = readonly (readonly [before: number, after: number])[];

export function pad(
  graph: Graph,
  x: Value,
  margins: Margins,
  filling: { fill: number } | { mode: 'reflect' } = { fill: 0 },
): Value {
  if (margins.every(([before, after]) => before === 0 && after === 0)) return x;
  const shape = x.shape.map((size, i) => size + (margins[i]?.[0] ?? 0) + (margins[i]?.[1] ?? 0));
  const amounts = graph.integers([...margins.map(([b]) => b), ...margins.map(([, a]) => a)]);
  const spec = { shape, dtype: x.dtype };
  return 'mode' in filling
    ? graph.add('Pad', [x, amounts], spec, { mode: filling.mode })
    : graph.add('Pad', [x, amounts, graph.scalar(filling.fill, x.dtype)], spec, {
        mode: 'constant',
      });
}

/** Entries added along one axis. */
export const padAxis = (
  graph: Graph,
  x: Value,
  axis: number,
  options: { before: number; after: number; fill: number },
): Value =>
  pad(
    graph,
    x,
    x.shape.map((_, i) => (i === axis ? [options.before, options.after] : [0, 0])),
    options,
  );

export type ReduceOp = 'ReduceMax' | 'ReduceMean' | 'ReduceMin' | 'ReduceProd' | 'ReduceSum';

/** Reduce over axes. ReduceSum takes its axes as an input since opset 13, the others until opset 18 as an attribute. */
export function reduce(
  graph: Graph,
  op: ReduceOp,
  x: Value,
  options: { axes: readonly number[]; keepDims?: boolean },
): Value {
  const { axes, keepDims = false } = options;
  if (axes.length === 0) return x;
  const kept = keepDims ? [1] : [];
  const shape = x.shape.flatMap((size, axis) => (axes.includes(axis) ? kept : [size]));
  const spec = { shape, dtype: x.dtype };
  const keepdims = keepDims ? 1 : 0;
  if (op !== 'ReduceSum') return graph.add(op, [x], spec, { axes, keepdims });
  const attributes = { keepdims, noop_with_empty_axes: 0 };
  return graph.add(op, [x, graph.integers(axes)], spec, attributes);
}

/** `a` `[..., M, K]` times `b` `[..., K, N]`. */
export function matMul(graph: Graph, a: Value, b: Value): Value {
  const batch = broadcast([a.shape.slice(0, -2), b.shape.slice(0, -2)]);
  const shape = [...batch, a.shape.at(-2) as number, b.shape.at(-1) as number];
  return graph.add('MatMul', [a, b], { shape, dtype: a.dtype });
}

/** One or both operands transposed, and something to add. */
interface GemmOptions {
  readonly a?: boolean;
  readonly b?: boolean;
  readonly plus?: Value | undefined;
}

/** A product of two float32 matrices. */
export const gemm = (graph: Graph, a: Value, b: Value, options: GemmOptions): Value => {
  const shape = [a.shape[options.a ? 1 : 0] as number, b.shape[options.b ? 0 : 1] as number];
  return graph.add(
    'Gemm',
    options.plus ? [a, b, options.plus] : [a, b],
    { shape, dtype: a.dtype },
    {
      alpha: { float: 1 },
      beta: { float: 1 },
      transA: options.a ? 1 : 0,
      transB: options.b ? 1 : 0,
    },
  );
};

/** A float32 matrix that multiplies along one axis, `[OUT, IN]` row by row. */
export interface Weights {
  readonly numbers: Float32Array;
  readonly outSize: number;
  readonly inSize: number;
}

/** Each entry along the axis becomes a weighted sum of the entries: `[..., IN, ...]` -> `[..., OUT, ...]`. */
export function contract(graph: Graph, x: Value, axis: number, weights: Weights): Value {
  const { numbers, outSize, inSize } = weights;
  const matrix = graph.constant(numbers, [outSize, inSize], 'float32');
  const [before, after] = [x.shape.slice(0, axis), x.shape.slice(axis + 1)];
  const [rows, columns] = [sizeOf(before), sizeOf(after)];
  const product =
    columns === 1
      ? matMul(graph, graph.reshape(x, [rows, inSize]), graph.transpose(matrix, [1, 0]))
      : matMul(graph, matrix, graph.reshape(x, [rows, inSize, columns]));
  return graph.reshape(product, [...before, outSize, ...after]);
}

/** The weights of the adjoint: rows and columns exchanged. */
export const transposed = ({ numbers, outSize, inSize }: Weights): Weights => ({
  numbers: Float32Array.from(numbers, (_, i) => {
    const [row, column] = [Math.floor(i / outSize), i % outSize];
    return numbers[column * inSize + row] as number;
  }),
  outSize: inSize,
  inSize: outSize,
});
