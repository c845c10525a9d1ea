import * as tf from '@tensorflow/tfjs-core';
import { toHeldAxis, toHeldShape } from '../backend.js';
import { type Graph, isSameShape, type Value } from '../graph.js';
import { type Cut, cutShape, gather, list, type Margins, pad, range, slice } from './nodes.js';
import { type Call, inputOf, type Rules, rule } from './rule.js';

/** Cut a tensor along axes of its own, in the order that it is held in. */
function cutHeld(
  call: Pick<Call<unknown>, 'backend'>,
  x: tf.TensorInfo,
  own: readonly Cut[],
): tf.TensorInfo {
  const { backend } = call;
  const channelsFirst = backend.isChannelsFirst(x);
  const cuts = own.map((cut) => ({ ...cut, axis: toHeldAxis(cut.axis, channelsFirst) }));
  const value = slice(backend.graph, backend.valueIn(x, channelsFirst), cuts);
  return backend.tensor(value, { shape: cutShape(x.shape, own), channelsFirst });
}

/** Turn axes round. */
const reversed = (
  call: Call<unknown>,
  x: tf.TensorInfo,
  axes: readonly number[],
): tf.TensorInfo => {
  const cuts = axes.map((axis) => {
    return { axis, start: (x.shape[axis] as number) - 1, end: -1, step: -1 };
  });
  // What has no elements, or is a scalar, has no other side.
  const needed = x.shape.includes(0) ? [] : cuts;
  return cutHeld(call, x, needed);
};

interface StridedSliceAttrs {
  readonly begin: number[];
  readonly end: number[];
  readonly strides: number[];
  readonly beginMask: number;
  readonly endMask: number;
  readonly ellipsisMask: number;
  readonly newAxisMask: number;
  readonly shrinkAxisMask: number;
}

/** Mirrored entries with the outermost one repeated, which ONNX's Pad cannot do: read by their index. */
function symmetricPad(graph: Graph, x: Value, margins: Margins): Value {
  return margins.reduce((value, [before, after], axis) => {
    if (before + after === 0) return value;
    const size = x.shape[axis] as number;
    const indices = range(before + size + after).map((i) => {
      const at = i - before;
      if (at < 0) return -1 - at;
      return at < size ? at : 2 * size - 1 - at;
    });
    return gather(graph, value, list(graph, indices), axis);
  }, x);
}

/** Write more entries around a tensor, in the order that it is held in. */
function padHeld(
  call: Call<{ paddings: [number, number][] }>,
  write: (graph: Graph, x: Value, margins: Margins) => Value,
): tf.TensorInfo {
  const { backend, attrs } = call;
  const x = inputOf(call, 'x');
  const channelsFirst = backend.isChannelsFirst(x);
  const [before, after] = [0, 1].map((side) =>
    x.shape.map((_, axis) => attrs.paddings[axis]?.[side] ?? 0),
  ) as [number[], number[]];
  const heldAfter = toHeldShape(after, channelsFirst);
  const margins = toHeldShape(before, channelsFirst).map((b, i) => [b, heldAfter[i] ?? 0] as const);
  const value = write(backend.graph, backend.valueIn(x, channelsFirst), margins);
  const shape = x.shape.map(
    (size, i) => size + (attrs.paddings[i]?.[0] ?? 0) + (attrs.paddings[i]?.[1] ?? 0),
  );
  return backend.tensor(value, { shape, channelsFirst });
}

/** Kernels that take a part of a tensor, turn it round or surround it. */
export const sliceRules = {
  FlipLeftRight: rule((call) => reversed(call, inputOf(call, 'image'), [2])),
  MirrorPad: rule<{ paddings: [number, number][]; mode: 'reflect' | 'symmetric' }>((call) =>
    padHeld(call, (graph, x, margins) =>
      call.attrs.mode === 'symmetric'
        ? symmetricPad(graph, x, margins)
        : pad(graph, x, margins, { mode: 'reflect' }),
    ),
  ),
  PadV2: rule<{ paddings: [number, number][]; constantValue: number }>((call) =>
    padHeld(call, (graph, x, margins) =>
      pad(graph, x, margins, { fill: call.attrs.constantValue }),
    ),
  ),
  Reverse: rule<{ dims: number | number[] }>((call) => {
    const x = inputOf(call, 'x');
    return reversed(call, x, tf.util.parseAxisParam(call.attrs.dims, x.shape));
  }),
  Slice: rule<{ begin: number[]; size: number[] }>((call) => {
    const { attrs } = call;
    const x = inputOf(call, 'x');
    const parsed = tf.slice_util.parseSliceParams(x as tf.Tensor, attrs.begin, attrs.size);
    const [begin, shape] = parsed as [number[], number[]];
    const cuts = begin.map((start, axis) => {
      return { axis, start, end: start + (shape[axis] as number) };
    });
    return cutHeld(call, x, cuts);
  }),
  StridedSlice: rule<StridedSliceAttrs>((call) => {
    const { backend, attrs } = call;
    const x = inputOf(call, 'x');
    const { begin, end, strides, finalShape } = tf.slice_util.sliceInfo(
      x.shape,
      attrs.begin,
      attrs.end,
      attrs.strides,
      attrs.beginMask,
      attrs.endMask,
      attrs.ellipsisMask,
      attrs.newAxisMask,
      attrs.shrinkAxisMask,
    );
    const cuts = begin.map((start, axis) => {
      return { axis, start, end: end[axis] as number, step: strides[axis] as number };
    });
    // The axes of x, before those of size 1 come or go that the masks name.
    const part = cutHeld(call, x, cuts);
    if (isSameShape(finalShape, part.shape)) return part;
    const reshaped = backend.tensor(backend.graph.reshape(backend.value(part), finalShape));
    backend.disposeData(part.dataId);
    return reshaped;
  }),
} satisfies Rules;
