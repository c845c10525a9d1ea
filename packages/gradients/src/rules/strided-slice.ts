import * as tf from '@tensorflow/tfjs-core';
import { scatterAxis } from '../axes.js';
import { gradient } from '../gradient.js';

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

/** Put what was taken along one axis back in its places; a negative stride took it backwards. */
function putBack(
  dy: tf.Tensor,
  axis: number,
  { begin, stride, size }: { begin: number; stride: number; size: number },
): tf.Tensor {
  if (stride > 0) return scatterAxis(dy, axis, { begin, stride, size });
  const first = begin + ((dy.shape[axis] as number) - 1) * stride;
  return scatterAxis(tf.reverse(dy, axis), axis, { begin: first, stride: -stride, size });
}

/** Slicing with strides; tfjs has no gradient for it. */
export const stridedSlice = gradient<'x', StridedSliceAttrs>(
  ['x'],
  ({ dy, saved: { x }, attrs }) => ({
    x: () => {
      const { begin, end, strides } = tf.slice_util.sliceInfo(
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
      if (dy.size === 0) return tf.zeros(x.shape);
      // Without the axes that the masks add and drop.
      const taken = tf.slice_util.computeOutShape(begin, end, strides);
      return x.shape.reduce(
        (current, size, axis) => {
          const [first, stride] = [begin[axis], strides[axis]] as [number, number];
          return putBack(current, axis, { begin: first, stride, size });
        },
        tf.reshape(dy, taken),
      );
    },
  }),
);
