import * as tf from '@tensorflow/tfjs-core';
import { dilate, dilatedShape, ratesOf, undilate } from '../dilate.js';
import { gradient, runKernel } from '../gradient.js';

interface Conv3DAttrs {
  readonly strides: number | [number, number, number];
  readonly pad: 'same' | 'valid';
  readonly dilations?: number | [number, number, number];
}

type Volumes = tf.Tensor5D;

/** Convolution of `[N, D, H, W, C]`; where it is dilated, by a filter with the zeros written out. */
export const conv3d = gradient<'x' | 'filter', Conv3DAttrs>(
  ['x', 'filter'],
  ({ dy, saved: { x, filter }, attrs: { strides, pad, dilations } }) => {
    const rates = ratesOf(dilations, 3);
    return {
      x: () =>
        runKernel(
          'Conv3DBackpropInputV2',
          { dy, filter: dilate(filter, rates) },
          { strides, pad, inputShape: x.shape },
        ),
      filter: () => {
        const filterShape = dilatedShape(filter.shape, rates);
        const attrs = { strides, pad, filterShape };
        return undilate(runKernel('Conv3DBackpropFilterV2', { x, dy }, attrs), rates);
      },
    };
  },
);

/** The gradient by a volume is a transposed convolution; tfjs has none for it. */
export const conv3dBackpropInput = gradient<'dy' | 'filter', Conv3DAttrs>(
  ['dy', 'filter'],
  ({ dy: change, saved: { dy, filter }, attrs: { strides, pad } }) => ({
    dy: () => tf.conv3d(change as Volumes, filter as Volumes, strides, pad),
    filter: () =>
      runKernel(
        'Conv3DBackpropFilterV2',
        { x: change, dy },
        { strides, pad, filterShape: filter.shape },
      ),
  }),
);

/** The gradient by a filter, whose own derivatives are convolutions; tfjs has none. */
export const conv3dBackpropFilter = gradient<'x' | 'dy', Conv3DAttrs>(
  ['x', 'dy'],
  ({ dy: change, saved: { x, dy }, attrs: { strides, pad } }) => ({
    x: () =>
      runKernel(
        'Conv3DBackpropInputV2',
        { dy, filter: change },
        { strides, pad, inputShape: x.shape },
      ),
    dy: () => tf.conv3d(x as Volumes, change as Volumes, strides, pad),
  }),
);
