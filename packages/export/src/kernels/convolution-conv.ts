import type { Conv2DInfo, ConvolutionRules } from './convolution-form.js';
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

  backwardFilter() {
    throw new Error(
      'trace: a filter gradient has no rule in the form "conv": trace training steps in the form "gather"',
    );
  },
};
