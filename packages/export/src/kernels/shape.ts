import * as tf from '@tensorflow/tfjs-core';
import { toHeldAxis, toHeldShape } from '../backend.js';
import { sizeOf } from '../graph.js';
import { inputOf, rule } from './rule.js';

const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

/** A tensor filled with one number, known while tracing. */
const filled = rule<{ shape: number[]; value: number; dtype?: tf.DataType }>(
  ({ attrs, backend }) => {
    const dtype = attrs.dtype ?? 'float32';
    const Numbers = arrays[dtype as keyof typeof arrays];
    const numbers = new Numbers(sizeOf(attrs.shape)).fill(attrs.value);
    return { dataId: backend.write(numbers, attrs.shape, dtype), shape: attrs.shape, dtype };
  },
);

const filledLike = (value: number) =>
  rule((call) => {
    const { shape, dtype } = inputOf(call, 'x');
    return filled({ ...call, attrs: { shape, dtype, value } as never });
  });

export const shapeRules = {
  Fill: filled,
  ZerosLike: filledLike(0),
  OnesLike: filledLike(1),
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
    const value = backend.value(inputOf(call, 'x'));
    const shape = value.shape.map((size, axis) => size * (attrs.reps[axis] as number));
    const inputs = [value, backend.graph.integers(attrs.reps)];
    return backend.tensor(backend.graph.add('Tile', inputs, { shape, dtype: value.dtype }));
  }),
  Concat: rule<{ axis: number }>(({ inputs, attrs, backend }) => {
    const tensors = Object.values(inputs);
    const shapes = tensors.map(({ shape }) => shape);
    const first = tensors[0] as tf.TensorInfo;
    const [axis] = tf.util.parseAxisParam(attrs.axis, first.shape) as [number];
    const shape = tf.backend_util.computeOutShape(shapes, axis);
    const channelsFirst = tensors.every((tensor) => backend.isChannelsFirst(tensor));
    const values = tensors.map((tensor) => backend.valueIn(tensor, channelsFirst));
    const spec = {
      shape: toHeldShape(shape, channelsFirst),
      dtype: (values[0] as (typeof values)[number]).dtype,
    };
    const heldAxis = toHeldAxis(axis, channelsFirst);
    const value = backend.graph.add('Concat', values, spec, { axis: heldAxis });
    return backend.tensor(value, { shape, channelsFirst });
  }),
  PadV2: rule<{ paddings: [number, number][]; constantValue: number }>((call) => {
    const { backend, attrs } = call;
    const { graph } = backend;
    const value = backend.value(inputOf(call, 'x'));
    const [before, after] = [attrs.paddings.map(([b]) => b), attrs.paddings.map(([, a]) => a)];
    const shape = value.shape.map((size, i) => size + (before[i] ?? 0) + (after[i] ?? 0));
    const inputs = [
      value,
      graph.integers([...before, ...after]),
      graph.scalar(attrs.constantValue, value.dtype),
    ];
    const spec = { shape, dtype: value.dtype };
    return backend.tensor(graph.add('Pad', inputs, spec, { mode: 'constant' }));
  }),
  Slice: rule<{ begin: number[]; size: number[] }>((call) => {
    const { backend, attrs } = call;
    const { graph } = backend;
    const x = inputOf(call, 'x');
    const parsed = tf.slice_util.parseSliceParams(x as tf.Tensor, attrs.begin, attrs.size);
    const [begin, shape] = parsed as [number[], number[]];
    const ends = begin.map((start, axis) => start + (shape[axis] as number));
    const axes = begin.map((_, axis) => axis);
    const bounds = [begin, ends, axes, axes.map(() => 1)].map((list) => graph.integers(list));
    const value = backend.value(x);
    return backend.tensor(graph.add('Slice', [value, ...bounds], { shape, dtype: value.dtype }));
  }),
  /** Compared with 0 .. depth - 1 and cast: ONNX's own OneHot is missing from several runtimes. */
  OneHot: rule<{ depth: number; onValue: number; offValue: number; dtype: tf.DataType }>((call) => {
    const { backend, attrs } = call;
    const { graph } = backend;
    const indices = backend.value(inputOf(call, 'indices'));
    const shape = [...indices.shape, attrs.depth];
    const classes = Int32Array.from({ length: attrs.depth }, (_, i) => i);
    const column = graph.reshape(indices, [...indices.shape, 1]);
    const range = graph.constant(classes, [attrs.depth], 'int32');
    const isClass = graph.add('Equal', [column, range], { shape, dtype: 'bool' });
    const dtype = attrs.dtype as 'float32' | 'int32';
    if (attrs.onValue === 1 && attrs.offValue === 0) {
      return backend.tensor(graph.cast(isClass, dtype));
    }
    const values = [graph.scalar(attrs.onValue), graph.scalar(attrs.offValue)];
    const chosen = graph.add('Where', [isClass, ...values], { shape, dtype: 'float32' });
    return backend.tensor(graph.cast(chosen, dtype));
  }),
};
