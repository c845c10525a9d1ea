import * as tf from '@tensorflow/tfjs-core';
import { dilate, dilatedShape, ratesOf, undilate } from '../dilate.js';
import { gradient, runKernel } from '../gradient.js';

interface DepthwiseAttrs {
  readonly strides: number | [number, number];
  readonly pad: Parameters<typeof tf.depthwiseConv2d>[3];
  readonly dilations?: number | [number, number];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil' | undefined;
}

type Images = tf.Tensor4D;

const undilated = ({ strides, pad, dimRoundingMode }: DepthwiseAttrs) => ({
  strides,
  pad,
  dimRoundingMode,
  dilations: [1, 1] as [number, number],
});

const forward = (x: tf.Tensor, filter: tf.Tensor, attrs: DepthwiseAttrs): tf.Tensor => {
  const { strides, pad, dimRoundingMode } = attrs;
  const given = [strides, pad, 'NHWC', 1, dimRoundingMode] as const;
  return tf.depthwiseConv2d(x as Images, filter as Images, ...given);
};

const backwardInput = (
  dy: tf.Tensor,
  filter: tf.Tensor,
  attrs: DepthwiseAttrs & { inputShape: readonly number[] },
): tf.Tensor => runKernel('DepthwiseConv2dNativeBackpropInput', { dy, filter }, attrs);

const backwardFilter = (
  x: tf.Tensor,
  dy: tf.Tensor,
  attrs: DepthwiseAttrs & { filterShape: readonly number[] },
): tf.Tensor => runKernel('DepthwiseConv2dNativeBackpropFilter', { x, dy }, attrs);

/** Depthwise convolution of `[N, H, W, C]`; a dilated filter with its zeros written out. */
export const depthwiseConv2d = gradient<'x' | 'filter', DepthwiseAttrs>(
  ['x', 'filter'],
  ({ dy, saved: { x, filter }, attrs }) => {
    const rates = ratesOf(attrs.dilations, 2);
    const own = undilated(attrs);
    return {
      x: () => backwardInput(dy, dilate(filter, rates), { ...own, inputShape: x.shape }),
      filter: () => {
        const filterShape = dilatedShape(filter.shape.slice(0, 2), rates);
        const whole = [...filterShape, ...filter.shape.slice(2)];
        return undilate(backwardFilter(x, dy, { ...own, filterShape: whole }), rates);
      },
    };
  },
);

/** The gradient by the pictures; tfjs has none for it. */
export const depthwiseConv2dBackpropInput = gradient<'dy' | 'filter', DepthwiseAttrs>(
  ['dy', 'filter'],
  ({ dy: change, saved: { dy, filter }, attrs }) => ({
    dy: () => forward(change, filter, attrs),
    filter: () => backwardFilter(change, dy, { ...undilated(attrs), filterShape: filter.shape }),
  }),
);

/** The gradient by the filter; tfjs has none for it. */
export const depthwiseConv2dBackpropFilter = gradient<'x' | 'dy', DepthwiseAttrs>(
  ['x', 'dy'],
  ({ dy: change, saved: { x, dy }, attrs }) => ({
    x: () => backwardInput(dy, change, { ...undilated(attrs), inputShape: x.shape }),
    dy: () => forward(x, change, attrs),
  }),
);
