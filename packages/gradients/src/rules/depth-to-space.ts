import * as tf from '@tensorflow/tfjs-core';
import { gradient } from '../gradient.js';

/** Depth to space of `[N, H, W, C]`; its gradient is space to depth, which tfjs has no op for. */
export const depthToSpace = gradient<'x', { blockSize: number; dataFormat: string }>(
  ['x'],
  ({ dy, saved: { x }, attrs: { blockSize, dataFormat } }) => ({
    x: () => {
      if (dataFormat !== 'NHWC') {
        throw new Error(
          `DepthToSpace: expected dataFormat NHWC under a gradient, got ${dataFormat}: transpose to NHWC`,
        );
      }
      const [batch, rows, columns] = x.shape as [number, number, number];
      const blocks = tf.reshape(dy, [batch, rows, blockSize, columns, blockSize, -1]);
      return tf.reshape(tf.transpose(blocks, [0, 1, 3, 2, 4, 5]), x.shape);
    },
  }),
);
