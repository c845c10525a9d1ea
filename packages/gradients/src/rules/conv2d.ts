import * as tf from '@tensorflow/tfjs-core';
import { dilate, dilatedShape, ratesOf, undilate } from '../dilate.js';
import { gradient, runKernel } from '../gradient.js';

interface Conv2DAttrs {
  readonly strides: number | [number, number];
  readonly pad: Parameters<typeof tf.conv2d>[3];
  readonly dataFormat: 'NHWC' | 'NCHW';
  readonly dilations?: number | [number, number];
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil' | undefined;
}

type Images = tf.Tensor4D;

/** The kernels of a convolution's gradients are called with its own attributes, less the dilation. */
const undilated = ({ strides, pad, dataFormat, dimRoundingMode }: Conv2DAttrs) => ({
  strides,
  pad,
  dataFormat,
  dimRoundingMode,
});

/** Convolution of `[N, H, W, C]`; where it is dilated, by a filter with the zeros written out. */
export const conv2d = gradient<'x' | 'filter', Conv2DAttrs>(
  ['x', 'filter'],
  ({ dy, saved: { x, filter }, attrs }) => {
    const rates = ratesOf(attrs.dilations, 2);
    const own = undilated(attrs);
    return {
      x: () =>
        runKernel(
          'Conv2DBackpropInput',
          { dy, filter: dilate(filter, rates) },
          { ...own, inputShape: x.shape },
        ),
      filter: () => {
        const filterShape = dilatedShape(filter.shape, rates);
        return undilate(
          runKernel('Conv2DBackpropFilter', { x, dy }, { ...own, filterShape }),
          rates,
        );
      },
    };
  },
);

/** The gradient by a filter, whose own derivatives are convolutions; tfjs has none. */
export const conv2dBackpropFilter = gradient<'x' | 'dy', Conv2DAttrs>(
  ['x', 'dy'],
  ({ dy: change, saved: { x, dy }, attrs }) => {
    const own = undilated(attrs);
    const { strides, pad, dataFormat, dimRoundingMode } = own;
    return {
      x: () =>
        runKernel('Conv2DBackpropInput', { dy, filter: change }, { ...own, inputShape: x.shape }),
      dy: () =>
        tf.conv2d(x as Images, change as Images, strides, pad, dataFormat, 1, dimRoundingMode),
    };
  },
);
