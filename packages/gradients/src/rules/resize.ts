import * as tf from '@tensorflow/tfjs-core';
import { gradient } from '../gradient.js';
import { mapAxes } from '../map-axes.js';
import { backwardMatrix, bilinear, nearest, type ResizeAttrs, type Shares } from '../resampling.js';

/** Both axes as matrix products. */
function backward(
  dy: tf.Tensor,
  shape: readonly number[],
  options: ResizeAttrs & { shares: Shares },
) {
  const maps = [1, 2].map((axis) => {
    const [from, to] = [shape[axis], dy.shape[axis]] as [number, number];
    return { axis, matrix: backwardMatrix(options.shares, { from, to, attrs: options }) };
  });
  return mapAxes(dy, maps);
}

/** How often each pixel is repeated along the two axes, where that is a whole number of times. */
function repeats(from: readonly number[], { size, alignCorners }: ResizeAttrs) {
  const scales = size.map((to, i) => to / (from[1 + i] as number)) as [number, number];
  return scales.every(Number.isInteger) && !alignCorners ? scales : undefined;
}

/** Resizing `[N, H, W, C]` to the nearest pixel; by whole numbers, the sum over each repeated pixel. */
export const resizeNearestNeighbor = gradient<'images', ResizeAttrs>(
  ['images'],
  ({ dy, saved: { images }, attrs }) => ({
    images: () => {
      const scales = repeats(images.shape, attrs);
      if (!scales) return backward(dy, images.shape, { ...attrs, shares: nearest });
      const [batch, rows, columns, channels] = images.shape as [number, number, number, number];
      const blocks = tf.reshape(dy, [batch, rows, scales[0], columns, scales[1], channels]);
      return tf.sum(blocks, [2, 4]);
    },
  }),
);

/** Resizing `[N, H, W, C]` bilinearly. */
export const resizeBilinear = gradient<'images', ResizeAttrs>(
  ['images'],
  ({ dy, saved: { images }, attrs }) => ({
    images: () => backward(dy, images.shape, { ...attrs, shares: bilinear }),
  }),
);
