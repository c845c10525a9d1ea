import * as tf from '@tensorflow/tfjs-core';
import { type ElementType, type Graph, sizeOf, type Value } from '../graph.js';
import { join, list, matMul, range, reduce, slice, test, where } from './nodes.js';
import { inputOf, type Rules, rule } from './rule.js';

/** Entries of `[rows, columns]` that are written over or added to: indices `[M]`, updates `[M, columns]`. */
function scatterRows(
  graph: Graph,
  target: Value,
  options: { indices: Value; updates: Value; reduction: 'none' | 'add' },
): Value {
  const { indices, updates, reduction } = options;
  const columns = updates.shape[1] as number;
  const column = graph.reshape(indices, [indices.shape[0] as number, 1]);
  // One index for each element: onnxruntime goes through them in order, so equal indices add up (or
  // the last one stays) alike in every run. Its ScatterND adds from several threads at once.
  const inputs = [target, graph.expand(column, [indices.shape[0] as number, columns]), updates];
  const spec = { shape: target.shape, dtype: target.dtype };
  return graph.add('ScatterElements', inputs, spec, { axis: 0, reduction });
}

/** Indices `[..., K]` into a shape, or single ones, as places in its K first axes laid flat: `[M]`. */
function flatPlaces(
  graph: Graph,
  indices: Value,
  options: { strides: readonly number[]; count: number },
): Value {
  const { strides, count } = options;
  const depth = strides.length;
  const rows = graph.reshape(graph.cast(indices, 'int32'), [count, depth]);
  const scaled = join(graph, 'Mul', [rows, list(graph, strides)]);
  return reduce(graph, 'ReduceSum', scaled, { axes: [1] });
}

/** What the scatter kernels agree on: how indices and updates lie over the shape that is written to. */
function layoutOf(updates: tf.TensorInfo, indices: tf.TensorInfo, shape: readonly number[]) {
  const { sliceRank, numUpdates, sliceSize } = tf.backend_util.calculateShapes(updates, indices, [
    ...shape,
  ]);
  const leading = shape.slice(0, sliceRank);
  const strides = leading.map((_, axis) => sizeOf(leading.slice(axis + 1)));
  return { strides, count: numUpdates, rows: sizeOf(leading), columns: sliceSize };
}

/** A constant of one number. It does not follow the batch: what is scattered into has a shape of its own. */
const filled = (graph: Graph, shape: readonly number[], dtype: ElementType): Value =>
  graph.constant(new Uint8Array(sizeOf(shape)), shape, dtype);

/** Sum of `weights` `[M]` for each of `size` numbers that `x` `[M]` takes; larger ones count for none. */
function countInto(graph: Graph, x: Value, weights: Value, size: number): Value {
  const isCounted = test(graph, 'Less', x, size);
  const indices = where(graph, isCounted, x, size);
  const target = filled(graph, [size + 1, 1], weights.dtype);
  const updates = graph.reshape(weights, [weights.shape[0] as number, 1]);
  const sums = scatterRows(graph, target, { indices, updates, reduction: 'add' });
  return graph.reshape(slice(graph, sums, [{ axis: 0, start: 0, end: size }]), [size]);
}

/** Weights as they are given, or a one for each number. */
const weightsOf = (graph: Graph, weights: Value, shape: readonly number[]): Value =>
  sizeOf(weights.shape) > 0
    ? weights
    : graph.constant(new Uint8Array(sizeOf(shape)).fill(1), shape, weights.dtype);

/** Rows that count for themselves: row r of number v counts as r * size + v, or past the end if v is too large. */
function countRows(graph: Graph, x: Value, weights: Value, size: number): Value {
  const rows = x.shape[0] as number;
  const starts = list(
    graph,
    range(rows).map((row) => row * size),
  );
  const total = rows * size;
  const isCounted = test(graph, 'Less', x, size);
  const own = join(graph, 'Add', [x, graph.reshape(starts, [rows, 1])]);
  const places = graph.reshape(where(graph, isCounted, own, total), [sizeOf(x.shape)]);
  const flat = graph.reshape(weights, [sizeOf(x.shape)]);
  return graph.reshape(countInto(graph, places, flat, total), [rows, size]);
}

/** Kernels that write or add entries at places that are data. */
export const scatterRules = {
  Bincount: rule<{ size: number }>((call) => {
    const { backend, attrs } = call;
    const { graph } = backend;
    const x = backend.value(inputOf(call, 'x'));
    const weights = weightsOf(graph, backend.value(inputOf(call, 'weights')), x.shape);
    return backend.tensor(countInto(graph, x, weights, attrs.size));
  }),
  DenseBincount: rule<{ size: number; binaryOutput?: boolean }>((call) => {
    const { backend, attrs } = call;
    const { graph } = backend;
    const x = backend.value(inputOf(call, 'x'));
    const weights = weightsOf(graph, backend.value(inputOf(call, 'weights')), x.shape);
    if (x.shape.length === 1) return backend.tensor(countInto(graph, x, weights, attrs.size));
    // tfjs leaves the weights out where it only says whether a number occurs.
    const counted = attrs.binaryOutput
      ? weightsOf(graph, filled(graph, [0], weights.dtype), x.shape)
      : weights;
    const sums = countRows(graph, x, counted, attrs.size);
    if (!attrs.binaryOutput) return backend.tensor(sums);
    return backend.tensor(graph.cast(test(graph, 'Greater', sums, 0), weights.dtype));
  }),
  /** Updates for the same place add up. */
  ScatterNd: rule<{ shape: number[] }>((call) => {
    const { backend, attrs } = call;
    const { graph } = backend;
    const [indices, updates] = [inputOf(call, 'indices'), inputOf(call, 'updates')];
    const layout = layoutOf(updates, indices, attrs.shape);
    const value = backend.value(updates);
    const sums = scatterRows(graph, filled(graph, [layout.rows, layout.columns], value.dtype), {
      indices: flatPlaces(graph, backend.value(indices), layout),
      updates: graph.reshape(value, [layout.count, layout.columns]),
      reduction: 'add',
    });
    return backend.tensor(graph.reshape(sums, attrs.shape));
  }),
  SparseToDense: rule<{ outputShape: number[] }>((call) => {
    const { backend, attrs } = call;
    const { graph } = backend;
    const [indices, values] = [inputOf(call, 'sparseIndices'), inputOf(call, 'sparseValues')];
    const layout = layoutOf(values, indices, attrs.outputShape);
    const fill = graph.reshape(backend.value(inputOf(call, 'defaultValue')), [1, 1]);
    const value = backend.value(values);
    // A single value goes to every place.
    const single = graph.reshape(value, [sizeOf(value.shape) === 1 ? 1 : layout.count, 1]);
    const dense = scatterRows(graph, graph.expand(fill, [layout.rows, 1]), {
      indices: flatPlaces(graph, backend.value(indices), layout),
      updates:
        sizeOf(value.shape) === layout.count ? single : graph.expand(single, [layout.count, 1]),
      reduction: 'none',
    });
    return backend.tensor(graph.reshape(dense, attrs.outputShape));
  }),
  TensorScatterUpdate: rule((call) => {
    const { backend } = call;
    const { graph } = backend;
    const [tensor, indices, updates] = ['tensor', 'indices', 'updates'].map((name) =>
      inputOf(call, name),
    ) as [tf.TensorInfo, tf.TensorInfo, tf.TensorInfo];
    const layout = layoutOf(updates, indices, tensor.shape);
    const target = graph.reshape(backend.value(tensor), [layout.rows, layout.columns]);
    const written = scatterRows(graph, target, {
      indices: flatPlaces(graph, backend.value(indices), layout),
      updates: graph.reshape(backend.value(updates), [layout.count, layout.columns]),
      reduction: 'none',
    });
    return backend.tensor(graph.reshape(written, tensor.shape));
  }),
  /** Row i of `x` `[N, ...]` adds to row `segmentIds[i]` of the result: a product with zeros and ones. */
  UnsortedSegmentSum: rule<{ numSegments: number }>((call) => {
    const { backend, attrs } = call;
    const { graph } = backend;
    const x = backend.value(inputOf(call, 'x'));
    const ids = backend.value(inputOf(call, 'segmentIds'));
    const segments = graph.reshape(list(graph, range(attrs.numSegments)), [attrs.numSegments, 1]);
    const count = sizeOf(ids.shape);
    const isMember = test(graph, 'Equal', segments, graph.reshape(ids, [1, count]));
    const rest = x.shape.slice(ids.shape.length);
    const rows = graph.reshape(x, [count, sizeOf(rest)]);
    const sums = matMul(graph, graph.cast(isMember, x.dtype), rows);
    return backend.tensor(graph.reshape(sums, [attrs.numSegments, ...rest]));
  }),
} satisfies Rules;
