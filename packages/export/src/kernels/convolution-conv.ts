import type { Graph, Value } from '../graph.js';
import type { Conv2DInfo, ConvolutionRules } from './convolution-form.js';
import { slice } from './nodes.js';
import { inputOf } from './rule.js';

/**
 * Convolutions as ONNX `Conv` and `ConvTranspose` in NCHW order. Their results stay in that order
 * until something needs the tensor's own, so no Transpose stands between two convolutions.
 * Every attribute is written: defaults are where runtimes differ.
 */
const attributesOf = (info: Conv2DInfo) => ({
  auto_pad: 'NOTSET',
  dilations: [info.dilationHeight, info.dilationWidth],
  group: 1,
  kernel_shape: [info.filterHeight, info.filterWidth],
  pads: [info.padInfo.top, info.padInfo.left, info.padInfo.bottom, info.padInfo.right],
  strides: [info.strideHeight, info.strideWidth],
});

// [KH, KW, C, M] -> [M, C, KH, KW], what Conv takes and what ConvTranspose takes of M inputs.
const filterOrder = [3, 2, 0, 1];

/** Rows that the strides do not reach: ConvTranspose adds them at the end. */
function outputPadding(info: Conv2DInfo): [number, number] {
  const { padInfo: pad } = info;
  const spanHeight = (info.filterHeight - 1) * info.dilationHeight + 1;
  const spanWidth = (info.filterWidth - 1) * info.dilationWidth + 1;
  const height = (info.outHeight - 1) * info.strideHeight + spanHeight - pad.top - pad.bottom;
  const width = (info.outWidth - 1) * info.strideWidth + spanWidth - pad.left - pad.right;
  return [info.inHeight - height, info.inWidth - width];
}

export const convForm: ConvolutionRules = {
  forward(call, info) {
    const { backend } = call;
    const { graph } = backend;
    const x = backend.channelsFirstValue(inputOf(call, 'x'));
    const filter = graph.transpose(backend.value(inputOf(call, 'filter')), filterOrder);
    const held = [info.batchSize, info.outChannels, info.outHeight, info.outWidth];
    const spec = { shape: held, dtype: 'float32' } as const;
    const value = graph.add('Conv', [x, filter], spec, attributesOf(info));
    return backend.tensor(value, { shape: info.outShape, channelsFirst: true });
  },

  backwardInput(call, info) {
    const { backend } = call;
    const { graph } = backend;
    const dy = backend.channelsFirstValue(inputOf(call, 'dy'));
    const filter = graph.transpose(backend.value(inputOf(call, 'filter')), filterOrder);
    const held = [info.batchSize, info.inChannels, info.inHeight, info.inWidth];
    const spec = { shape: held, dtype: 'float32' } as const;
    const attributes = { ...attributesOf(info), output_padding: outputPadding(info) };
    const value = graph.add('ConvTranspose', [dy, filter], spec, attributes);
    return backend.tensor(value, { shape: info.inShape, channelsFirst: true });
  },

  /**
   * The convolution of the pictures with dy for a filter, pictures and channels changing places: strides
   * become dilations and dilations strides.
   */
  backwardFilter(call, info) {
    const { backend } = call;
    const { graph } = backend;
    const turned = [1, 0, 2, 3];
    const { padInfo: pad } = info;
    const after = rowsAfter(info);
    const x = graph.transpose(backend.channelsFirstValue(inputOf(call, 'x')), turned);
    const dy = graph.transpose(backend.channelsFirstValue(inputOf(call, 'dy')), turned);
    const shape = [info.inChannels, info.outChannels, info.filterHeight, info.filterWidth];
    const spec = { shape, dtype: 'float32' } as const;
    const value = graph.add('Conv', [leading(graph, x, after), dy], spec, {
      auto_pad: 'NOTSET',
      dilations: [info.strideHeight, info.strideWidth],
      group: 1,
      kernel_shape: [info.outHeight, info.outWidth],
      pads: [pad.top, pad.left, ...after.map((rows) => Math.max(0, rows))],
      strides: [info.dilationHeight, info.dilationWidth],
    });
    // [C, M, KH, KW] -> [KH, KW, C, M]
    return backend.tensor(graph.transpose(value, [2, 3, 0, 1]));
  },
};

/** Rows and columns that the windows reach behind the picture; negative where they do not reach its end. */
function rowsAfter(info: Conv2DInfo): [number, number] {
  const { padInfo: pad } = info;
  const height = (info.outHeight - 1) * info.strideHeight + 1;
  const width = (info.outWidth - 1) * info.strideWidth + 1;
  const [tall, wide] = [info.filterHeight - 1, info.filterWidth - 1];
  return [
    height + tall * info.dilationHeight - info.inHeight - pad.top,
    width + wide * info.dilationWidth - info.inWidth - pad.left,
  ];
}

/** What is left of an NCHW value without its last rows and columns, as many as `after` is below zero. */
function leading(graph: Graph, x: Value, after: readonly [number, number]): Value {
  const [, , height, width] = x.shape as [number, number, number, number];
  return slice(graph, x, [
    { axis: 2, start: 0, end: height + Math.min(0, after[0]) },
    { axis: 3, start: 0, end: width + Math.min(0, after[1]) },
  ]);
}
