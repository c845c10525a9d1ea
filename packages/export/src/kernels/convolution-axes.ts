import { range } from './nodes.js';
import type { WindowAxis } from './windows.js';

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
export const tapsOf = (axis: WindowAxis, parity: number): Tap[] =>
  range(axis.filterSize)
    .map((i) => ({ filterRow: i, distance: parity + axis.padBefore - i * axis.dilation }))
    .filter(({ distance }) => distance % axis.stride === 0)
    .map(({ filterRow, distance }) => ({ filterRow, offset: distance / axis.stride }));
