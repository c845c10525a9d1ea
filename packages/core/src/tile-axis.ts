/** How one side of a picture is cut into pieces of one size: numbers in pixels of the source. */
export interface TileAxis {
  /** The side without padding. */
  readonly length: number;
  /** Side of every piece, a multiple of the model's. */
  readonly size: number;
  /** Where each piece begins, multiples too; the last one ends where the padding does. */
  readonly starts: readonly number[];
  /** How many pixels two neighbours share at least; 0 for a single piece. */
  readonly overlap: number;
}

/**
 * The place in a row of `length` that stands at `index` when the row is reflected at its ends as often as
 * it takes, as numpy's `reflect`: the pixels at the ends are not repeated.
 */
export function reflectedIndex(index: number, length: number): number {
  if (length === 1) return 0;
  const period = 2 * (length - 1);
  const inPeriod = index % period;
  return Math.min(inPeriod, period - inPeriod);
}

interface AxisOptions {
  /** Side of the largest piece; rounded up to a multiple, and at least two of them, so that pieces can overlap. */
  readonly tileSize: number;
  readonly multiple: number;
}

/**
 * Cut a side into as few pieces as possible, then make them as small as they can be. Neighbours share at
 * least an eighth of `tileSize`. Everything is counted in multiples of the model's, so that a piece lies
 * on the same grid of strides as the whole.
 */
export function planAxis(length: number, { tileSize, multiple }: AxisOptions): TileAxis {
  const whole = Math.ceil(length / multiple);
  const largest = Math.max(2, Math.ceil(tileSize / multiple));
  if (whole <= largest) return { length, size: whole * multiple, starts: [0], overlap: 0 };
  const shared = Math.ceil(largest / 8);
  const count = Math.ceil((whole - shared) / (largest - shared));
  const size = Math.ceil((whole - shared) / count) + shared;
  const startOf = (i: number) => Math.floor((i * (whole - size)) / (count - 1)) * multiple;
  const starts = Array.from({ length: count }, (_, i) => startOf(i));
  return { length, size: size * multiple, starts, overlap: shared * multiple };
}

/** How far over the seam before piece `i` a place is: 0 up to it, 1 after it, a raised cosine between. */
function riseAt(axis: TileAxis, i: number, place: number): number {
  const [start, before] = [axis.starts[i], axis.starts[i - 1]];
  if (before === undefined) return 1;
  if (start === undefined) return 0;
  const middle = (start + before + axis.size) / 2;
  const over = Math.max(0, Math.min(1, (place - middle) / (axis.overlap / 2) + 0.5));
  return 0.5 - 0.5 * Math.cos(Math.PI * over);
}

/**
 * What each pixel of piece `i` counts for in the picture, `scale` times as many as `size`. Over all pieces
 * the sum is one. The outer quarter of an overlap counts for nothing: a model that sees no farther than
 * that from a pixel shows no seam at all.
 */
export function tileWeights(axis: TileAxis, i: number, scale: number): Float32Array {
  const start = axis.starts[i] as number;
  return Float32Array.from({ length: axis.size * scale }, (_, at) => {
    const place = start + (at + 0.5) / scale;
    return riseAt(axis, i, place) * (1 - riseAt(axis, i + 1, place));
  });
}
