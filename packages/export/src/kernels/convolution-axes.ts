import type { Conv2DInfo } from './convolution-form.js';
import { range } from './nodes.js';

/** One spatial axis of a convolution. */
export interface AxisInfo {
  readonly inSize: number;
  readonly outSize: number;
  readonly filterSize: number;
  readonly stride: number;
  readonly dilation: number;
  readonly padBefore: number;
}

export const axesOf = (info: Conv2DInfo): readonly [AxisInfo, AxisInfo] => [
  {
    inSize: info.inHeight,
    outSize: info.outHeight,
    filterSize: info.filterHeight,
    stride: info.strideHeight,
    dilation: info.dilationHeight,
    padBefore: info.padInfo.top,
  },
  {
    inSize: info.inWidth,
    outSize: info.outWidth,
    filterSize: info.filterWidth,
    stride: info.strideWidth,
    dilation: info.dilationWidth,
    padBefore: info.padInfo.left,
  },
];

/** A place on two axes. */
export interface Position {
  readonly y: number;
  readonly x: number;
}

/** A filter row that touches the inputs of one parity, and how far from them its output lies. */
export interface Tap {
  readonly filterRow: number;
  readonly offset: number;
}

/** Input position p = stride * q + parity meets output q + offset through each of these filter rows. */
export const tapsOf = (axis: AxisInfo, parity: number): Tap[] =>
  range(axis.filterSize)
    .map((i) => ({ filterRow: i, distance: parity + axis.padBefore - i * axis.dilation }))
    .filter(({ distance }) => distance % axis.stride === 0)
    .map(({ filterRow, distance }) => ({ filterRow, offset: distance / axis.stride }));
