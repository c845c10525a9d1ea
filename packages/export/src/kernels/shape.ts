import * as tf from '@tensorflow/tfjs-core';
import { toHeldAxis, toHeldShape } from '../backend.js';
import { sizeOf } from '../graph.js';
import { concat, list, padAxis, pick, slice, test, where } from './nodes.js';
import { type Call, inputOf, type Rules, rule } from './rule.js';

/** Put tensors end to end, in NCHW order where all are held in it. */
function joinAlong(call: Pick<Call<unknown>, 'inputs' | 'backend'>, axis: number): tf.TensorInfo {
  const { inputs, backend } = call;
  const tensors = Object.values(inputs);
  const shapes = tensors.map(({ shape }) => shape);
  const channelsFirst = tensors.every((tensor) => backend.isChannelsFirst(tensor));
  const values = tensors.map((tensor) => backend.valueIn(tensor, channelsFirst));
  const value = concat(backend.graph, values, toHeldAxis(axis, channelsFirst));
  const shape = tf.backend_util.computeOutShape(shapes, axis);
  return backend.tensor(value, { shape, channelsFirst });
}

const axisOf = (axis: number, shape: readonly number[]): number =>
  tf.util.parseAxisParam(axis, [...shape])[0] as number;

/** Kernels that change a tensor's shape, join tensors or take them apart. */
export const shapeRules = {
  Identity: rule((call) => {
    const x = inputOf(call, 'x');
    call.backend.incRef(x.dataId);
    return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
  }),
  Reshape: rule<{ shape: number[] }>((call) => {
    const { backend, attrs } = call;
    const x = inputOf(call, 'x');
    const shape = tf.util.inferFromImplicitShape(attrs.shape, sizeOf(x.shape));
    return backend.tensor(backend.graph.reshape(backend.value(x), shape));
  }),
  ExpandDims: rule<{ dim: number }>((call) => {
    const { backend, attrs } = call;
    const input = inputOf(call, 'input');
    const shape = [...input.shape];
    shape.splice(attrs.dim < 0 ? attrs.dim + input.shape.length + 1 : attrs.dim, 0, 1);
    return backend.tensor(backend.graph.reshape(backend.value(input), shape));
  }),
  Transpose: rule<{ perm: number[] }>((call) => {
    const { backend, attrs } = call;
    return backend.tensor(backend.graph.transpose(backend.value(inputOf(call, 'x')), attrs.perm));
  }),
  Tile: rule<{ reps: number[] }>((call) => {
    const { backend, attrs } = call;
    const { graph } = backend;
    const x = inputOf(call, 'x');
    const channelsFirst = backend.isChannelsFirst(x);
    const value = backend.valueIn(x, channelsFirst);
    const reps = toHeldShape(attrs.reps, channelsFirst);
    const shape = x.shape.map((size, axis) => size * (attrs.reps[axis] as number));
    const spec = { shape: toHeldShape(shape, channelsFirst), dtype: value.dtype };
    const tiled = graph.add('Tile', [value, graph.integers(reps)], spec);
    return backend.tensor(tiled, { shape, channelsFirst });
  }),
  BroadcastTo: rule<{ shape: number[] }>((call) => {
    const { backend, attrs } = call;
    return backend.tensor(backend.graph.expand(backend.value(inputOf(call, 'x')), attrs.shape));
  }),
  /** The shape that two shapes, given as tensors, broadcast to. */
  BroadcastArgs: rule((call) => {
    const { backend } = call;
    const { graph } = backend;
    const shapes = ['s0', 's1'].map((name) => backend.value(inputOf(call, name)));
    const rank = Math.max(...shapes.map((value) => value.shape[0] as number));
    const [a, b] = shapes.map((value) => {
      const before = rank - (value.shape[0] as number);
      return padAxis(graph, value, 0, { before, after: 0, fill: 1 });
    }) as [(typeof shapes)[number], (typeof shapes)[number]];
    return backend.tensor(where(graph, test(graph, 'Equal', a, 1), b, a));
  }),
  Concat: rule<{ axis: number }>((call) => {
    const [first] = Object.values(call.inputs) as [tf.TensorInfo];
    return joinAlong(call, axisOf(call.attrs.axis, first.shape));
  }),
  /** A new axis, along which the tensors lie. */
  Pack: rule<{ axis: number }>(({ inputs, attrs, backend }) => {
    const { graph } = backend;
    const tensors = Object.values(inputs);
    const shape = [...(tensors[0] as tf.TensorInfo).shape];
    const axis = attrs.axis < 0 ? attrs.axis + shape.length + 1 : attrs.axis;
    shape.splice(axis, 0, 1);
    const values = tensors.map((tensor) => graph.reshape(backend.value(tensor), shape));
    return backend.tensor(concat(graph, values, axis));
  }),
  Unpack: rule<{ axis: number }>((call) => {
    const { backend, attrs } = call;
    const value = backend.value(inputOf(call, 'value'));
    const axis = axisOf(attrs.axis, value.shape);
    return Array.from({ length: value.shape[axis] as number }, (_, i) =>
      backend.tensor(pick(backend.graph, value, i, axis)),
    );
  }),
  SplitV: rule<{ numOrSizeSplits: number[] | number; axis: number }>((call) => {
    const { backend, attrs } = call;
    const x = inputOf(call, 'x');
    const axis = axisOf(attrs.axis, x.shape);
    const channelsFirst = backend.isChannelsFirst(x);
    const value = backend.valueIn(x, channelsFirst);
    const sizes = tf.backend_util.prepareSplitSize(x as tf.Tensor, attrs.numOrSizeSplits, axis);
    return sizes.map((size, i) => {
      const start = sizes.slice(0, i).reduce((a, b) => a + b, 0);
      const cut = { axis: toHeldAxis(axis, channelsFirst), start, end: start + size };
      const shape = x.shape.map((whole, each) => (each === axis ? size : whole));
      return backend.tensor(slice(backend.graph, value, [cut]), { shape, channelsFirst });
    });
  }),
  /** Compared with 0 .. depth - 1 and cast: ONNX's own OneHot is missing from several runtimes. */
  OneHot: rule<{ depth: number; onValue: number; offValue: number; dtype: tf.DataType }>((call) => {
    const { backend, attrs } = call;
    const { graph } = backend;
    const indices = backend.value(inputOf(call, 'indices'));
    const column = graph.reshape(indices, [...indices.shape, 1]);
    const classes = list(
      graph,
      Array.from({ length: attrs.depth }, (_, i) => i),
    );
    const isClass = test(graph, 'Equal', column, classes);
    const dtype = attrs.dtype as 'float32' | 'int32';
    if (attrs.onValue === 1 && attrs.offValue === 0) {
      return backend.tensor(graph.cast(isClass, dtype));
    }
    const chosen = where(graph, isClass, graph.scalar(attrs.onValue), attrs.offValue);
    return backend.tensor(graph.cast(chosen, dtype));
  }),
} satisfies Rules;
