import { integerAt, type Key } from '@ganvas/core';

/** For each place along a side, the two places that it is mixed of, and the share of the second. */
interface Taps {
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly share: Float32Array;
}

/** How a picture is moved: pictures that belong together are moved by one `Move`. */
export interface Move {
  readonly columns: Taps;
  readonly rows: Taps;
}

/** Pix2Pix enlarges 256 pixels to 286 before it crops (Isola et al. 2017, section 6.2). */
const enlargedSide = (side: number): number => Math.round((side * 286) / 256);

/** Bilinear, with pixels as areas: the middle of place `x` lies at (x + 0.5) * side / enlarged - 0.5. */
function tapsOf(
  side: number,
  { enlarged, offset, flipped }: { enlarged: number; offset: number; flipped: boolean },
): Taps {
  const taps = {
    first: new Int32Array(side),
    second: new Int32Array(side),
    share: new Float32Array(side),
  };
  for (let x = 0; x < side; x++) {
    const place = flipped ? side - 1 - x : x;
    const at = ((place + offset + 0.5) * side) / enlarged - 0.5;
    const inside = Math.min(Math.max(at, 0), side - 1);
    taps.first[x] = Math.floor(inside);
    taps.second[x] = Math.min(Math.floor(inside) + 1, side - 1);
    taps.share[x] = inside - Math.floor(inside);
  }
  return taps;
}

/** A move that leaves a picture as it is. */
export function stay({ width, height }: { width: number; height: number }): Move {
  const still = (side: number) => tapsOf(side, { enlarged: side, offset: 0, flipped: false });
  return { columns: still(width), rows: still(height) };
}

/**
 * Draw how picture `number` of a run is moved: mirrored or not, evenly, and, with `enlarge`, enlarged by 286 / 256, of
 * which a part at an even random place is taken.
 */
export function drawMove(
  key: Key,
  number: number,
  { width, height, enlarge }: { width: number; height: number; enlarge: boolean },
): Move {
  const [wide, high] = enlarge ? [enlargedSide(width), enlargedSide(height)] : [width, height];
  const draw = (which: number, count: number) => integerAt(key, 3 * number + which, count);
  const flipped = draw(0, 2) === 1;
  const left = draw(1, wide - width + 1);
  const top = draw(2, high - height + 1);
  return {
    columns: tapsOf(width, { enlarged: wide, offset: left, flipped }),
    rows: tapsOf(height, { enlarged: high, offset: top, flipped: false }),
  };
}

/** Multiplied rather than divided by 127.5, for speed: as float32 the 256 bytes come out equal. */
const scale = 1 / 127.5;

/** Mix two rows of bytes into one of numbers in [-1, 1]. */
function mixRows(
  bytes: Uint8Array,
  mixed: Float32Array,
  { above, below, share }: { above: number; below: number; share: number },
): void {
  for (let i = 0; i < mixed.length; i++) {
    const upper = bytes[above + i] as number;
    mixed[i] = (upper + ((bytes[below + i] as number) - upper) * share) * scale - 1;
  }
}

const mix = (a: number, b: number, share: number): number => a + (b - a) * share;

/**
 * Move a picture, uint8 `[H, W, 3]`, and write it as float32 `[H, W, 3]` in [-1, 1]: rows are mixed first, then the
 * pixels of the mixed row. The three channels are written out, since a loop over them takes half as long again.
 */
export function movePicture(bytes: Uint8Array, { columns, rows }: Move, out: Float32Array): void {
  const width = columns.first.length;
  const row = new Float32Array(3 * width);
  for (let y = 0, at = 0; y < rows.first.length; y++) {
    const above = (rows.first[y] as number) * row.length;
    const below = (rows.second[y] as number) * row.length;
    mixRows(bytes, row, { above, below, share: rows.share[y] as number });
    for (let x = 0; x < width; x++, at += 3) {
      const left = 3 * (columns.first[x] as number);
      const right = 3 * (columns.second[x] as number);
      const share = columns.share[x] as number;
      out[at] = mix(row[left] as number, row[right] as number, share);
      out[at + 1] = mix(row[left + 1] as number, row[right + 1] as number, share);
      out[at + 2] = mix(row[left + 2] as number, row[right + 2] as number, share);
    }
  }
}

const nearest = ({ first, second, share }: Taps, x: number): number =>
  ((share[x] as number) < 0.5 ? first[x] : second[x]) as number;

/**
 * Move a map of class numbers, uint8 `[H, W]`, and write it one-hot: float32 `[H, W, classes]`, into an `out` of zeros.
 * Classes are not mixed: each pixel is of the nearest one's.
 */
export function moveClasses(
  numbers: Uint8Array,
  { columns, rows }: Move,
  { out, classes }: { out: Float32Array; classes: number },
): void {
  const width = columns.first.length;
  for (let y = 0, at = 0; y < rows.first.length; y++) {
    const row = nearest(rows, y) * width;
    for (let x = 0; x < width; x++, at += classes) {
      out[at + (numbers[row + nearest(columns, x)] as number)] = 1;
    }
  }
}
