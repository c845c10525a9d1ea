import * as tf from '@tensorflow/tfjs-core';

type Pool2d = Parameters<typeof tf.backend_util.computePool2DInfo>;
type Pool3d = Parameters<typeof tf.backend_util.computePool3DInfo>;

/** The attributes of tfjs's pooling kernels. */
export interface PoolAttrs {
  readonly filterSize: Pool2d[1] & Pool3d[1];
  readonly strides: Pool2d[2] & Pool3d[2];
  readonly pad: Pool2d[4] & Pool3d[4];
  readonly dimRoundingMode?: Pool2d[5];
}

/** The windows of a pool along one axis: window i covers `filter` pixels from i * stride - before. */
export interface Windows {
  readonly axis: number;
  /** Pixels along the axis. */
  readonly size: number;
  /** Windows along the axis. */
  readonly count: number;
  readonly filter: number;
  readonly stride: number;
  /** Padding before the first pixel. */
  readonly before: number;
}

/** The windows along each spatial axis of `[N, H, W, C]` or `[N, D, H, W, C]`. */
export function poolWindows(shape: readonly number[], attrs: PoolAttrs): readonly Windows[] {
  const { filterSize, strides, pad, dimRoundingMode } = attrs;
  const given = [filterSize, strides, 1, pad, dimRoundingMode] as const;
  if (shape.length === 4) {
    const info = tf.backend_util.computePool2DInfo(shape as Pool2d[0], ...given);
    return [
      {
        axis: 1,
        size: info.inHeight,
        count: info.outHeight,
        filter: info.filterHeight,
        stride: info.strideHeight,
        before: info.padInfo.top,
      },
      {
        axis: 2,
        size: info.inWidth,
        count: info.outWidth,
        filter: info.filterWidth,
        stride: info.strideWidth,
        before: info.padInfo.left,
      },
    ];
  }
  const info = tf.backend_util.computePool3DInfo(shape as Pool3d[0], ...given);
  return [
    {
      axis: 1,
      size: info.inDepth,
      count: info.outDepth,
      filter: info.filterDepth,
      stride: info.strideDepth,
      before: info.padInfo.front,
    },
    {
      axis: 2,
      size: info.inHeight,
      count: info.outHeight,
      filter: info.filterHeight,
      stride: info.strideHeight,
      before: info.padInfo.top,
    },
    {
      axis: 3,
      size: info.inWidth,
      count: info.outWidth,
      filter: info.filterWidth,
      stride: info.strideWidth,
      before: info.padInfo.left,
    },
  ];
}

/** Whether the windows lie side by side and cover every pixel once. */
export const isTiling = (windows: readonly Windows[]): boolean =>
  windows.every(
    ({ size, count, filter, stride, before }) =>
      before === 0 && stride === filter && count * filter === size,
  );
