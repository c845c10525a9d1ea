import * as tf from '@tensorflow/tfjs-core';

/** The attributes of tfjs's resizing kernels. */
export interface ResizeAttrs {
  readonly size: readonly [number, number];
  readonly alignCorners: boolean;
  readonly halfPixelCenters: boolean;
}

/** One axis of a resize, from so many pixels to so many. */
interface Axis {
  readonly from: number;
  readonly to: number;
  readonly attrs: ResizeAttrs;
}

/** How much of each source pixel the pixel `to` is made of. */
export type Shares = (
  to: number,
  axis: Axis,
) => readonly (readonly [pixel: number, share: number])[];

const ratio = ({ from, to, attrs }: Axis): number =>
  attrs.alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;

/** As tfjs's cpu backend: the pixel below, or the nearest with aligned corners. */
export const nearest: Shares = (to, axis) => {
  const { halfPixelCenters, alignCorners } = axis.attrs;
  const position = ratio(axis) * (halfPixelCenters ? to + 0.5 : to);
  const pixel = alignCorners ? Math.round(position) : Math.floor(position);
  return [[Math.min(axis.from - 1, pixel), 1]];
};

/** As tfjs's cpu backend: the two pixels around, weighted by distance. */
export const bilinear: Shares = (to, axis) => {
  const { halfPixelCenters } = axis.attrs;
  const position = halfPixelCenters ? ratio(axis) * (to + 0.5) - 0.5 : ratio(axis) * to;
  const below = Math.max(0, Math.floor(position));
  const above = Math.min(axis.from - 1, Math.ceil(position));
  const share = position - below;
  return [
    [below, 1 - share],
    [above, share],
  ];
};

/** The matrix [from, to] that brings derivatives of a resized axis back to its source. */
export function backwardMatrix(shares: Shares, axis: Axis): tf.Tensor {
  const { from, to } = axis;
  const matrix = new Float32Array(from * to);
  for (let column = 0; column < to; column++) {
    for (const [row, share] of shares(column, axis)) {
      matrix[row * to + column] = (matrix[row * to + column] as number) + share;
    }
  }
  return tf.tensor(matrix, [from, to]);
}
