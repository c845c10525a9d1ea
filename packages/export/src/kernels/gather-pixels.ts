import type { Graph, Value } from '../graph.js';
import { range } from './nodes.js';
import type { WindowAxis } from './windows.js';

/** Pixels gathered into matrices, and what is done with matrices. */

export const bytesPerNumber = 4;

/** Stands for a pixel outside of the picture: zero. */
export const outside = -1;

/** Which pixels to gather. */
export interface Places {
  /** Names the list, so that equal lists are one constant and equal gathers one node. */
  readonly key: string;
  /**
   * Rows and columns of the places, as offsets that are added, or `outside`: for each a, b, c, d in
   * this order the place rows[a][c] + columns[b][d].
   */
  readonly rows: readonly (readonly number[])[];
  readonly columns: readonly (readonly number[])[];
}

/** The list of places in numbers, with `zero` for those outside. */
function listPlaces({ rows, columns }: Places, zero: number): Int32Array {
  const each = (lists: Places['rows']): number => lists.length * (lists[0]?.length ?? 0);
  const list = new Int32Array(each(rows) * each(columns));
  let next = 0;
  const cross = (row: readonly number[], column: readonly number[]): void => {
    for (const y of row) {
      for (const x of column) list[next++] = y === outside || x === outside ? zero : y + x;
    }
  };
  for (const row of rows) for (const column of columns) cross(row, column);
  return list;
}

/** One row of zeros behind the pixels of each picture: `[N, P, C]` -> `[N, P + 1, C]`. */
function withZeroPixel(graph: Graph, pixels: Value, axis: 1 | -2): Value {
  const [n, count, c] = pixels.shape as [number, number, number];
  const zero = graph.constant(new Float32Array(n * c), [n, 1, c], 'float32');
  const spec = { shape: [n, count + 1, c], dtype: pixels.dtype };
  return graph.add('Concat', [pixels, zero], spec, { axis });
}

// From this many pictures on, a copy of one number of each is worth turning them over for.
const manyPictures = 16;

/**
 * The pixels at these places of every picture: `[N, P, C]` -> `[N, places, C]`.
 *
 * @param axis how the axis of the pixels is spelled: nodes that spell it unlike are not shared, but for pixels
 *   of one number of many pictures, which are
 */
export function gatherPixels(graph: Graph, pixels: Value, places: Places, axis: 1 | -2 = 1): Value {
  const [n, count, c] = pixels.shape as [number, number, number];
  const indices = graph.once(`pixels ${count} ${places.key}`, () => {
    const list = listPlaces(places, count);
    return graph.constant(list, [list.length], 'int32');
  });
  const leavesPicture = (indices.data as Int32Array).includes(count);
  const source = leavesPicture ? withZeroPixel(graph, pixels, axis) : pixels;
  const shape = [n, indices.shape[0] as number, c];
  if (c === 1 && n >= manyPictures) return gatherNumbers(graph, source, indices);
  return graph.add('Gather', [source, indices], { shape, dtype: pixels.dtype }, { axis });
}

/** Pixels of one number: the same number of all pictures at once, between two transposes. */
function gatherNumbers(graph: Graph, pixels: Value, indices: Value): Value {
  const [n, count] = pixels.shape as [number, number, number];
  const [places] = indices.shape as [number];
  const turned = graph.transpose(graph.reshape(pixels, [n, count]), [1, 0]);
  const spec = { shape: [places, n], dtype: pixels.dtype };
  const gathered = graph.add('Gather', [turned, indices], spec, { axis: 0 });
  return graph.reshape(graph.transpose(gathered, [1, 0]), [n, places, 1]);
}

/** `[N, H, W, C]` -> `[N, H W, C]`. */
export const toPixels = (graph: Graph, x: Value): Value => {
  const [n, h, w, c] = x.shape as [number, number, number, number];
  return graph.reshape(x, [n, h * w, c]);
};

// A gathered matrix of this many bytes stays in the processor's caches until it has been multiplied.
// Larger ones are gathered and multiplied in parts, and none is held from a forward to a backward pass.
export const partBytes = 8 * 2 ** 20;

/** 0 to `count` in equal ranges, as few as keep a range below the bytes of a part. */
export function partsOf(
  count: number,
  bytesEach: number,
  limit = partBytes,
): (readonly [number, number])[] {
  const parts = Math.min(count, Math.max(1, Math.ceil((count * bytesEach) / limit)));
  const bound = (i: number): number => Math.round((i * count) / parts);
  return range(parts).map((i) => [bound(i), bound(i + 1)] as const);
}

/** Everything that the list of a convolution's windows depends on. */
export const geometryOf = ([height, width]: readonly [WindowAxis, WindowAxis]): string =>
  [height, width]
    .map((a) => [a.inSize, a.outSize, a.filterSize, a.stride, a.dilation, a.padBefore].join())
    .join(';');
