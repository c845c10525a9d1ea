import * as tf from '@tensorflow/tfjs-core';
import { toHeldAxis } from '../backend.js';
import { type Graph, sizeOf, type Value } from '../graph.js';
import { matMul, type ReduceOp, range, reduce } from './nodes.js';
import { type Call, inputOf, type Rule, type Rules, rule } from './rule.js';

interface ReduceAttrs {
  readonly axis: number | number[];
  /** What Max calls its axes. */
  readonly reductionIndices?: number | number[];
  readonly keepDims: boolean;
}

/** What is reduced in which dtype, and which comes out. */
interface Reduction {
  readonly op: ReduceOp;
  readonly prepare?: (graph: Graph, x: Value) => Value;
  /** Bools go in and come out as 0 and 1. */
  readonly keepsBool?: boolean;
}

const asFloat = (graph: Graph, x: Value): Value => graph.cast(x, 'float32');
const asNumber = (graph: Graph, x: Value): Value =>
  x.dtype === 'bool' ? graph.cast(x, 'int32') : x;

/**
 * The mean over the channels of an NCHW value as a 1x1 convolution. onnxruntime's reductions over this
 * axis add in another order for one picture than for several, and a batch must not change a picture.
 */
function meanOverChannels(graph: Graph, x: Value): Value {
  const [n, channels, h, w] = x.shape as [number, number, number, number];
  const shares = new Float32Array(channels).fill(1 / channels);
  const filter = graph.constant(shares, [1, channels, 1, 1], 'float32');
  const spec = { shape: [n, 1, h, w], dtype: x.dtype };
  return graph.add('Conv', [x, filter], spec, {
    auto_pad: 'NOTSET',
    dilations: [1, 1],
    group: 1,
    kernel_shape: [1, 1],
    pads: [0, 0, 0, 0],
    strides: [1, 1],
  });
}

// Below this many numbers a reduction takes next to no time.
const smallSize = 4096;

/** Whether a training step reduces all axes but the last: sums for each channel, in biases and batch norms. */
const isPerChannel = ({ shape, dtype }: Value, axes: readonly number[]): boolean =>
  dtype === 'float32' &&
  axes.length > 0 &&
  axes.length === shape.length - 1 &&
  axes.every((axis, i) => axis === i);

/**
 * Sums for each channel as products with a row of equal weights, first over the batch, then over what is
 * left: four times as fast as onnxruntime's reductions, which here run on one thread.
 */
function weighPerChannel(graph: Graph, x: Value, isMean: boolean): Value {
  const channels = x.shape.at(-1) as number;
  const overFirst = (value: Value): Value => {
    const [count] = value.shape as [number];
    const weights = new Float32Array(count).fill(isMean ? 1 / count : 1);
    return matMul(graph, graph.constant(weights, [1, count], 'float32'), value);
  };
  const [batch] = x.shape as [number];
  const places = sizeOf(x.shape) / batch / channels;
  const perPlace = overFirst(graph.reshape(x, [batch, places * channels]));
  return overFirst(graph.reshape(perPlace, [places, channels]));
}

/** Whether the axes that are left stand in NCHW order as they do in NHWC order. */
function keepsOrder(axes: readonly number[]): boolean {
  const left = range(4).filter((axis) => !axes.includes(axis));
  const held = left.map((axis) => toHeldAxis(axis, true));
  return held.every((axis, i) => i === 0 || axis > (held[i - 1] as number));
}

/** Reduce in the order that the tensor is held in, if the result can be had in it. */
function reduceHeld(call: Call<ReduceAttrs>, { op, prepare, keepsBool }: Reduction): tf.TensorInfo {
  const { backend, attrs } = call;
  const { graph } = backend;
  const x = inputOf(call, 'x');
  const axes = tf.util.parseAxisParam(attrs.reductionIndices ?? attrs.axis, x.shape);
  const { keepDims } = attrs;
  const follows = backend.isChannelsFirst(x) && (keepDims || keepsOrder(axes));
  const input = backend.valueIn(x, follows);
  const value = (prepare ?? asNumber)(graph, input);
  const heldAxes = axes.map((axis) => toHeldAxis(axis, follows)).sort((a, b) => a - b);
  const isChannelMean = op === 'ReduceMean' && follows && heldAxes.join() === '1';
  const isWeighed =
    backend.form === 'gather' &&
    (op === 'ReduceMean' || op === 'ReduceSum') &&
    isPerChannel(value, heldAxes) &&
    sizeOf(value.shape) >= smallSize;
  const write = (): Value => {
    if (isChannelMean) return meanOverChannels(graph, value);
    if (isWeighed) return weighPerChannel(graph, value, op === 'ReduceMean');
    return reduce(graph, op, value, { axes: heldAxes, keepDims });
  };
  const kept = write();
  const [reduced] = tf.backend_util.computeOutAndReduceShapes(x.shape, axes);
  const shape = keepDims ? tf.backend_util.expandShapeToKeepDim(reduced, axes) : reduced;
  // The convolution and the products leave axes of 1 as they come.
  const fitting = isWeighed || (isChannelMean && !keepDims) ? graph.reshape(kept, shape) : kept;
  const result = keepsBool ? graph.cast(fitting, input.dtype) : fitting;
  return backend.tensor(result, { shape, channelsFirst: follows && shape.length === 4 });
}

const reduction = (options: Reduction): Rule =>
  rule<ReduceAttrs>((call) => reduceHeld(call, options));

/** The place of the largest or smallest number along an axis; of equal ones, the first. */
const place = (op: 'ArgMax' | 'ArgMin'): Rule =>
  rule<{ axis: number }>((call) => {
    const { backend, attrs } = call;
    const { graph } = backend;
    const x = inputOf(call, 'x');
    const [axis] = tf.util.parseAxisParam(attrs.axis, x.shape) as [number];
    const follows = backend.isChannelsFirst(x) && keepsOrder([axis]);
    const value = asNumber(graph, backend.valueIn(x, follows));
    const heldAxis = toHeldAxis(axis, follows);
    const shape = value.shape.filter((_, i) => i !== heldAxis);
    const attributes = { axis: heldAxis, keepdims: 0, select_last_index: 0 };
    const index = graph.add(op, [value], { shape, dtype: 'int64' }, attributes);
    return backend.tensor(graph.cast(index, 'int32'));
  });

/** Kernels that reduce over axes. */
export const reduceRules = {
  All: reduction({ op: 'ReduceMin', keepsBool: true }),
  Any: reduction({ op: 'ReduceMax', keepsBool: true }),
  ArgMax: place('ArgMax'),
  ArgMin: place('ArgMin'),
  Max: reduction({ op: 'ReduceMax', keepsBool: true }),
  // tfjs's mean of whole numbers is a float32.
  Mean: reduction({ op: 'ReduceMean', prepare: asFloat }),
  Min: reduction({ op: 'ReduceMin', keepsBool: true }),
  Prod: reduction({ op: 'ReduceProd' }),
  Sum: reduction({ op: 'ReduceSum' }),
} satisfies Rules;
