import * as tf from '@tensorflow/tfjs-core';
import type { ConvolutionForm } from '../backend.js';
import { type FusedAttrs, finishFused } from './activation.js';
import { convForm } from './convolution-conv.js';
import type { Conv2DInfo, ConvolutionRules } from './convolution-form.js';
import { gatherForm } from './convolution-gather.js';
import { type Call, inputOf, type Rule, rule } from './rule.js';

const forms: Record<ConvolutionForm, ConvolutionRules> = { gather: gatherForm, conv: convForm };

type Pad = Parameters<typeof tf.backend_util.computeConv2DInfo>[4];
type Filter = [number, number, number, number];

interface ConvAttrs {
  readonly strides: number | [number, number];
  readonly pad: Pad;
  readonly dataFormat: 'NHWC' | 'NCHW';
  readonly dilations?: number | [number, number];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

function infoOf(shape: readonly number[], filter: readonly number[], attrs: ConvAttrs): Conv2DInfo {
  if (attrs.dataFormat === 'NCHW') {
    throw new Error('trace: convolution: expected dataFormat NHWC, got NCHW');
  }
  const info = tf.backend_util.computeConv2DInfo(
    shape as Filter,
    filter as Filter,
    attrs.strides,
    attrs.dilations ?? 1,
    attrs.pad,
    attrs.dimRoundingMode,
  );
  assertConsistent(info);
  return info;
}

/** With a number for its pad, tfjs sizes both axes by the height's filter, stride and dilation. */
function assertConsistent(info: Conv2DInfo): void {
  const { padInfo: pad } = info;
  const heightSpan = (info.filterHeight - 1) * info.dilationHeight + 1;
  const widthSpan = (info.filterWidth - 1) * info.dilationWidth + 1;
  const room = [
    info.inHeight + pad.top + pad.bottom - heightSpan,
    info.inWidth + pad.left + pad.right - widthSpan,
  ] as const;
  const height = Math.floor(room[0] / info.strideHeight) + 1;
  const width = Math.floor(room[1] / info.strideWidth) + 1;
  if (height === info.outHeight && width === info.outWidth && height > 0 && width > 0) return;
  throw new Error(
    `trace: convolution: expected an output of ${height} x ${width}, tfjs says ${info.outHeight} x ${info.outWidth}: use the pad 'same', 'valid' or [[0, 0], [top, bottom], [left, right], [0, 0]]`,
  );
}

const forward = (call: Call<ConvAttrs>): tf.TensorInfo => {
  const info = infoOf(inputOf(call, 'x').shape, inputOf(call, 'filter').shape, call.attrs);
  return forms[call.backend.form].forward(call, info);
};

export const convolutionRules = {
  Conv2D: rule<ConvAttrs>(forward),
  FusedConv2D: rule<ConvAttrs & FusedAttrs>((call) => finishFused(call, forward(call))),
  Conv2DBackpropInput: rule<ConvAttrs & { inputShape: number[] }>((call) => {
    const info = infoOf(call.attrs.inputShape, inputOf(call, 'filter').shape, call.attrs);
    return forms[call.backend.form].backwardInput(call, info);
  }),
  Conv2DBackpropFilter: rule<ConvAttrs & { filterShape: number[] }>((call) => {
    const info = infoOf(inputOf(call, 'x').shape, call.attrs.filterShape, call.attrs);
    return forms[call.backend.form].backwardFilter(call, info);
  }),
} satisfies Record<string, Rule>;
