import * as tf from '@tensorflow/tfjs-core';
import type { Graph, Value } from '../graph.js';
import { type FusedAttrs, finishFused } from './activation.js';
import { addAll, concat, join, pick, reduce } from './nodes.js';
import { type Call, inputOf, type Rules, rule } from './rule.js';
import { padAfter, planeAxes, type WindowAxis, windowSum, windowTaps } from './windows.js';

/**
 * Convolutions in which each channel has filters of its own, `[KH, KW, C, M]`: in the form "conv" as
 * ONNX's grouped convolutions in NCHW order, in the form "gather" tap by tap in NHWC order.
 */
interface DepthwiseAttrs {
  readonly strides: number | [number, number];
  readonly pad: Parameters<typeof tf.backend_util.computeConv2DInfo>[4];
  readonly dataFormat?: 'NHWC' | 'NCHW';
  readonly dilations?: number | [number, number];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

type Info = tf.backend_util.Conv2DInfo;
type Sizes = [number, number, number, number];

function infoOf(shape: readonly number[], filter: readonly number[], attrs: DepthwiseAttrs): Info {
  if (attrs.dataFormat === 'NCHW') {
    throw new Error('trace: depthwiseConv2d: expected dataFormat NHWC, got NCHW');
  }
  return tf.backend_util.computeConv2DInfo(
    shape as Sizes,
    filter as Sizes,
    attrs.strides,
    attrs.dilations ?? 1,
    attrs.pad,
    attrs.dimRoundingMode,
    true,
  );
}

/** Whether ONNX would come to tfjs's sizes. */
const fitsNode = (axes: readonly WindowAxis[]): boolean =>
  axes.every((axis) => {
    const after = padAfter(axis);
    return axis.padBefore >= 0 && after > -axis.stride;
  });

/** Filters in ONNX's order, one group a channel: `[KH, KW, C, M]` -> `[C M, 1, KH, KW]`. */
function groupedFilter(graph: Graph, filter: Value): Value {
  const [kh, kw, c, m] = filter.shape as Sizes;
  return graph.reshape(graph.transpose(filter, [2, 3, 0, 1]), [c * m, 1, kh, kw]);
}

const attributesOf = (info: Info, axes: readonly WindowAxis[]) => ({
  auto_pad: 'NOTSET',
  dilations: axes.map(({ dilation }) => dilation),
  group: info.inChannels,
  kernel_shape: axes.map(({ filterSize }) => filterSize),
  pads: [
    ...axes.map(({ padBefore }) => padBefore),
    ...axes.map((axis) => Math.max(0, padAfter(axis))),
  ],
  strides: axes.map(({ stride }) => stride),
});

/** The M filters of every channel at one tap: `[C, M]`. */
function filterAt(graph: Graph, filter: Value, tap: number): Value {
  const [kh, kw, c, m] = filter.shape as Sizes;
  return pick(graph, graph.reshape(filter, [kh * kw, c, m]), tap, 0);
}

/** x `[N, H, W, C]` -> `[N, OH, OW, C M]` */
function forwardByTaps(graph: Graph, x: Value, filter: Value, info: Info): Value {
  const taps = windowTaps(graph, x, planeAxes(info, false), 0);
  const products = taps.map((tap, i) => {
    const column = graph.reshape(tap, [...tap.shape, 1]); // [N, OH, OW, C, 1]
    return join(graph, 'Mul', [column, filterAt(graph, filter, i)]);
  });
  return graph.reshape(addAll(graph, products), info.outShape);
}

function forward(call: Call<DepthwiseAttrs>): tf.TensorInfo {
  const { backend } = call;
  const { graph } = backend;
  const x = inputOf(call, 'x');
  const filter = backend.value(inputOf(call, 'filter'));
  const info = infoOf(x.shape, filter.shape, call.attrs);
  const axes = planeAxes(info, true);
  if (backend.form === 'gather' || !fitsNode(axes)) {
    return backend.tensor(forwardByTaps(graph, backend.value(x), filter, info));
  }
  const shape = [info.batchSize, info.outChannels, info.outHeight, info.outWidth];
  const inputs = [backend.channelsFirstValue(x), groupedFilter(graph, filter)];
  const spec = { shape, dtype: 'float32' } as const;
  const value = graph.add('Conv', inputs, spec, attributesOf(info, axes));
  return backend.tensor(value, { shape: info.outShape, channelsFirst: true });
}

/** dy as a sum over the M filters of a channel: `[N, OH, OW, C, M]`. */
const byChannel = (graph: Graph, dy: Value, info: Info): Value =>
  graph.reshape(dy, [...dy.shape.slice(0, 3), info.inChannels, info.outChannels / info.inChannels]);

function backwardInput(call: Call<DepthwiseAttrs & { inputShape: number[] }>): tf.TensorInfo {
  const { backend, attrs } = call;
  const { graph } = backend;
  const dy = inputOf(call, 'dy');
  const filter = backend.value(inputOf(call, 'filter'));
  const info = infoOf(attrs.inputShape, filter.shape, attrs);
  const axes = planeAxes(info, true);
  if (backend.form === 'gather' || !fitsNode(axes)) {
    const parted = byChannel(graph, backend.value(dy), info);
    const count = info.filterHeight * info.filterWidth;
    const parts = Array.from({ length: count }, (_, tap) => {
      const product = join(graph, 'Mul', [parted, filterAt(graph, filter, tap)]);
      return reduce(graph, 'ReduceSum', product, { axes: [4] });
    });
    return backend.tensor(windowSum(graph, parts, planeAxes(info, false)));
  }
  const shape = [info.batchSize, info.inChannels, info.inHeight, info.inWidth];
  const inputs = [backend.channelsFirstValue(dy), groupedFilter(graph, filter)];
  const spec = { shape, dtype: 'float32' } as const;
  // Rows that the strides do not reach: ConvTranspose adds them at the end.
  const output_padding = axes.map((axis) => Math.max(0, -padAfter(axis)));
  const attributes = { ...attributesOf(info, axes), output_padding };
  const value = graph.add('ConvTranspose', inputs, spec, attributes);
  return backend.tensor(value, { shape: info.inShape, channelsFirst: true });
}

/** Each tap of x meets dy: `[KH, KW, C, M]`, in the order that x is held in. */
function backwardFilter(call: Call<DepthwiseAttrs & { filterShape: number[] }>): tf.TensorInfo {
  const { backend, attrs } = call;
  const { graph } = backend;
  const [x, dy] = [inputOf(call, 'x'), inputOf(call, 'dy')];
  const info = infoOf(x.shape, attrs.filterShape, attrs);
  const channelsFirst = backend.isChannelsFirst(x);
  const taps = windowTaps(
    graph,
    backend.valueIn(x, channelsFirst),
    planeAxes(info, channelsFirst),
    0,
  );
  const [n, oh, ow] = info.outShape as Sizes;
  const [c, m] = [info.inChannels, info.outChannels / info.inChannels];
  const held = backend.valueIn(dy, channelsFirst);
  const parted = graph.reshape(held, channelsFirst ? [n, c, m, oh, ow] : [n, oh, ow, c, m]);
  const products = taps.map((tap) => {
    const column = graph.reshape(tap, channelsFirst ? [n, c, 1, oh, ow] : [n, oh, ow, c, 1]);
    const product = join(graph, 'Mul', [column, parted]);
    return reduce(graph, 'ReduceSum', product, { axes: channelsFirst ? [0, 3, 4] : [0, 1, 2] });
  });
  return backend.tensor(graph.reshape(concat(graph, products, 0), info.filterShape));
}

/** Kernels of depthwise convolutions and their gradients. */
export const depthwiseRules = {
  DepthwiseConv2dNative: rule<DepthwiseAttrs>(forward),
  DepthwiseConv2dNativeBackpropFilter: rule<DepthwiseAttrs & { filterShape: number[] }>(
    backwardFilter,
  ),
  DepthwiseConv2dNativeBackpropInput: rule<DepthwiseAttrs & { inputShape: number[] }>(
    backwardInput,
  ),
  FusedDepthwiseConv2D: rule<DepthwiseAttrs & FusedAttrs>((call) =>
    finishFused(call, forward(call)),
  ),
} satisfies Rules;
