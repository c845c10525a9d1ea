import * as tf from '@tensorflow/tfjs-core';
import { gradient, runKernel } from '../gradient.js';
import { isTiling, type PoolAttrs, poolWindows, type Windows } from '../pool-windows.js';

/** Where in its windows a pixel may lie: every combination of offsets, row by row. */
const offsetsOf = (windows: readonly Windows[]): number[][] =>
  windows.reduce<number[][]>(
    (found, { filter }) =>
      found.flatMap((offsets) => Array.from({ length: filter }, (_, i) => [...offsets, i])),
    [[]],
  );

/** Split `[N, H, W, C]` into one tensor for each offset: what every window holds there. */
function partsOf(x: tf.Tensor, windows: readonly Windows[], padding: number): tf.Tensor[] {
  const paddings = x.shape.map((): [number, number] => [0, 0]);
  for (const { axis, size, count, filter, stride, before } of windows) {
    paddings[axis] = [before, Math.max(0, (count - 1) * stride + filter - before - size)];
  }
  const padded = paddings.flat().some((width) => width > 0) ? tf.pad(x, paddings, padding) : x;
  return offsetsOf(windows).map((offsets) => {
    const begin = x.shape.map(() => 0);
    const end = [...padded.shape];
    const strides = x.shape.map(() => 1);
    windows.forEach(({ axis, count, stride }, i) => {
      begin[axis] = offsets[i] as number;
      end[axis] = (offsets[i] as number) + (count - 1) * stride + 1;
      strides[axis] = stride;
    });
    return tf.stridedSlice(padded, begin, end, strides);
  });
}

/** The change at the first pixel of each window that is the maximum. */
function pickChanges(change: tf.Tensor, x: tf.Tensor, options: Picked): tf.Tensor {
  const { output, windows } = options;
  const pixels = partsOf(x, windows, Number.NEGATIVE_INFINITY);
  const changes = partsOf(change, windows, 0);
  let isFree: tf.Tensor = tf.onesLike(output);
  const picked = pixels.map((pixel, i) => {
    const isMaximum = tf.cast(tf.equal(pixel, output), 'float32');
    const isFirst = tf.mul(isMaximum, isFree);
    isFree = tf.sub(isFree, isFirst);
    return tf.mul(isFirst, changes[i] as tf.Tensor);
  });
  return tf.addN(picked);
}

/** The same where windows lie side by side: the gradient of a sum marks the pixels. */
function pickFromTiles(change: tf.Tensor, x: tf.Tensor, options: Picked): tf.Tensor {
  const { output, windows, attrs } = options;
  const inputs = { dy: tf.onesLike(output), input: x, output };
  const isTwoDimensional = x.rank === 4;
  const marks = runKernel(isTwoDimensional ? 'MaxPoolGrad' : 'MaxPool3DGrad', inputs, attrs);
  const pool = isTwoDimensional ? 'AvgPool' : 'AvgPool3D';
  const mean = runKernel(pool, { x: tf.mul(change, marks) }, attrs);
  return tf.mul(mean, tf.util.sizeFromShape(windows.map(({ filter }) => filter)));
}

interface Picked {
  readonly output: tf.Tensor;
  readonly windows: readonly Windows[];
  readonly attrs: PoolAttrs;
}

/**
 * The gradient of max pooling's gradient, in two and three dimensions. That gradient is linear in
 * `dy`: it moves each window's derivative to the first pixel that is the maximum, so this picks the
 * derivative at that pixel. Input and output only choose the pixel.
 */
export const maxPoolGrad = gradient<'input' | 'output', PoolAttrs>(
  ['input', 'output'],
  ({ dy: change, saved: { input, output }, attrs }) => ({
    dy: () => {
      const windows = poolWindows(input.shape, attrs);
      const pick = isTiling(windows) ? pickFromTiles : pickChanges;
      return pick(change, input, { output, windows, attrs });
    },
    input: () => tf.zeros(input.shape),
    output: () => tf.zeros(output.shape),
  }),
);
