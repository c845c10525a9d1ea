import * as tf from '@tensorflow/tfjs-core';
import { type Graph, sizeOf, type Value } from '../graph.js';
import { gather, gatherElements, join, list, range, reduce, test } from './nodes.js';
import { inputOf, type Rule, type Rules, rule } from './rule.js';

/** Each of the first `batchDims` axes has indices of its own: `x [B, O, D, S]`, `indices [B, M]` -> `[B, O, M, S]`. */
function gatherByBatch(
  graph: Graph,
  x: Value,
  indices: Value,
  axis: number,
  batchDims: number,
): Value {
  const batch = x.shape.slice(0, batchDims);
  const outer = x.shape.slice(batchDims, axis);
  const rest = x.shape.slice(axis + 1);
  const inner = indices.shape.slice(batchDims);
  const [b, o, m, s] = [batch, outer, inner, rest].map(sizeOf) as [number, number, number, number];
  const flat = graph.reshape(x, [b, o, x.shape[axis] as number, s]);
  const places = graph.expand(graph.reshape(indices, [b, 1, m, 1]), [b, o, m, s]);
  const found = gatherElements(graph, flat, places, 2);
  return graph.reshape(found, [...batch, ...outer, ...inner, ...rest]);
}

interface TopKAttrs {
  readonly k: number;
  readonly sorted: boolean;
}

/**
 * The place of the p-th largest entry, for p below k: `[..., N]` -> `[..., K]`. Every entry is compared
 * with every other: it comes after what is larger and what is equal and stands before it.
 * ONNX's TopK has two results, which the nodes of the graph do not have.
 */
function topPlaces(graph: Graph, x: Value, k: number): Value {
  const size = x.shape.at(-1) as number;
  const lead = x.shape.slice(0, -1);
  const own = graph.reshape(x, [...lead, size, 1]);
  const other = graph.reshape(x, [...lead, 1, size]);
  const places = list(graph, range(size));
  const isBefore = test(graph, 'Less', places, graph.reshape(places, [size, 1]));
  const isEqual = test(graph, 'Equal', other, own);
  const isAhead = test(
    graph,
    'Or',
    test(graph, 'Greater', other, own),
    test(graph, 'And', isEqual, isBefore),
  );
  const last = { axes: [lead.length + 1] };
  const rank = reduce(graph, 'ReduceSum', graph.cast(isAhead, 'int32'), last);
  const wanted = graph.reshape(list(graph, range(k)), [k, 1]);
  const isWanted = test(graph, 'Equal', graph.reshape(rank, [...lead, 1, size]), wanted);
  const found = join(graph, 'Mul', [graph.cast(isWanted, 'int32'), places]);
  return reduce(graph, 'ReduceSum', found, last);
}

/** How many entries of a sorted row `[B, N]` come before each value `[B, M]`. */
const search = (isBeforeOf: (attrs: { side?: 'left' | 'right' }) => 'Less' | 'LessOrEqual'): Rule =>
  rule<{ side?: 'left' | 'right' }>((call) => {
    const { backend, attrs } = call;
    const { graph } = backend;
    const sequence = backend.value(inputOf(call, 'sortedSequence'));
    const values = backend.value(inputOf(call, 'values'));
    const [rows, size] = sequence.shape as [number, number];
    const entries = graph.reshape(sequence, [rows, 1, size]);
    const sought = graph.reshape(values, [...values.shape, 1]);
    const isBefore = test(graph, isBeforeOf(attrs), entries, sought);
    const count = reduce(graph, 'ReduceSum', graph.cast(isBefore, 'int32'), { axes: [2] });
    return backend.tensor(count);
  });

/** Kernels that read entries by their place, and those that look for a place. */
export const gatherRules = {
  GatherNd: rule((call) => {
    const { backend } = call;
    const { graph } = backend;
    const params = backend.value(inputOf(call, 'params'));
    const indices = graph.cast(backend.value(inputOf(call, 'indices')), 'int64');
    const depth = indices.shape.at(-1) as number;
    const shape = [...indices.shape.slice(0, -1), ...params.shape.slice(depth)];
    const spec = { shape, dtype: params.dtype };
    const attributes = { batch_dims: 0 };
    return backend.tensor(graph.add('GatherND', [params, indices], spec, attributes));
  }),
  GatherV2: rule<{ axis: number; batchDims?: number }>((call) => {
    const { backend, attrs } = call;
    const { graph } = backend;
    const x = backend.value(inputOf(call, 'x'));
    const indices = backend.value(inputOf(call, 'indices'));
    const [axis] = tf.util.parseAxisParam(attrs.axis, [...x.shape]) as [number];
    const batchDims = attrs.batchDims ?? 0;
    if (batchDims === 0) return backend.tensor(gather(graph, x, indices, axis));
    const counted = batchDims < 0 ? batchDims + indices.shape.length : batchDims;
    return backend.tensor(gatherByBatch(graph, x, indices, axis, counted));
  }),
  LowerBound: search(() => 'Less'),
  SearchSorted: search(({ side }) => (side === 'left' ? 'Less' : 'LessOrEqual')),
  UpperBound: search(() => 'LessOrEqual'),
  /** Sorted in any case: unsorted, tfjs's order is that of its search. */
  TopK: rule<TopKAttrs>((call) => {
    const { backend, attrs } = call;
    const { graph } = backend;
    const x = backend.value(inputOf(call, 'x'));
    const numbers = x.dtype === 'bool' ? graph.cast(x, 'int32') : x;
    const places = topPlaces(graph, numbers, attrs.k);
    const values = gatherElements(graph, x, places, x.shape.length - 1);
    return [backend.tensor(values), backend.tensor(places)];
  }),
} satisfies Rules;
