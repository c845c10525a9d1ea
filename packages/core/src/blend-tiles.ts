import { type Pixels, toByte } from './pixels.js';
import { type TileAxis, tileWeights } from './tile-axis.js';

/** Float rows of a picture that is being put together: float32 `[C, height, width]`. */
interface Rows {
  readonly data: Float32Array;
  readonly height: number;
  readonly width: number;
}

/** The plan of a picture's pieces, and what the model makes of it. */
export interface Mosaic {
  readonly rows: TileAxis;
  readonly columns: TileAxis;
  /** Of the model's picture. */
  readonly channels: number;
  readonly scale: number;
}

interface Stretch {
  /** First row of the picture that is written. */
  readonly top: number;
  /** How many, from the first of `rows` on. */
  readonly count: number;
}

/** Write float rows into a picture as bytes, without the columns that lie right of it. */
function writeRows(out: Pixels, { data, height, width }: Rows, { top, count }: Stretch): void {
  const { channels } = out;
  for (let y = 0; y < count; y++) {
    for (let c = 0; c < channels; c++) {
      const from = (c * height + y) * width;
      const to = (top + y) * out.width * channels + c;
      for (let x = 0; x < out.width; x++) {
        out.data[to + x * channels] = toByte(data[from + x] as number);
      }
    }
  }
}

function createOutput({ rows, columns, channels, scale }: Mosaic): Pixels {
  const [height, width] = [rows.length * scale, columns.length * scale];
  return { data: new Uint8Array(height * width * channels), count: 1, height, width, channels };
}

/** Puts the model's pieces together, row of pieces by row of pieces. */
export interface Blender {
  readonly out: Pixels;
  /** Add the piece in row `row` and column `column`: float32 `[C, H, W]`. */
  add(piece: Float32Array, row: number, column: number): void;
  /** Write what the row of pieces has made complete. */
  finishRow(row: number): void;
}

/** A picture in one piece is only cropped. */
function createCropper(mosaic: Mosaic): Blender {
  const out = createOutput(mosaic);
  const { rows, columns, scale } = mosaic;
  const shape = { height: rows.size * scale, width: columns.size * scale };
  return {
    out,
    add: (data) => writeRows(out, { data, ...shape }, { top: 0, count: out.height }),
    finishRow: () => undefined,
  };
}

/** Add a piece, each value times what its row and its column count for. */
function addWeighted(
  band: Rows,
  piece: Float32Array,
  {
    left,
    rowWeights,
    columnWeights,
  }: Record<'rowWeights' | 'columnWeights', Float32Array> & {
    left: number;
  },
): void {
  const [height, width] = [rowWeights.length, columnWeights.length];
  const visible = Math.min(width, band.width - left);
  for (let line = 0; line < piece.length / width; line++) {
    const rowWeight = rowWeights[line % height] as number;
    if (rowWeight === 0) continue;
    const [from, to] = [line * width, line * band.width + left];
    for (let x = 0; x < visible; x++) {
      const weight = rowWeight * (columnWeights[x] as number);
      (band.data[to + x] as number) += weight * (piece[from + x] as number);
    }
  }
}

/** Move each channel's rows up by `count`, and clear those below. */
function scrollUp({ data, height, width }: Rows, count: number): void {
  const plane = height * width;
  for (let start = 0; start < data.length; start += plane) {
    data.copyWithin(start, start + count * width, start + plane);
    data.fill(0, start + plane - count * width, start + plane);
  }
}

/**
 * Blend pieces where they overlap. Only one row of pieces is held as floats: what the next row cannot
 * change any more becomes bytes.
 */
function createBandBlender(mosaic: Mosaic): Blender {
  const out = createOutput(mosaic);
  const { rows, columns, channels, scale } = mosaic;
  const [height, width] = [rows.size * scale, out.width];
  const band = { data: new Float32Array(channels * height * width), height, width };
  const weightsOf = (axis: TileAxis) => axis.starts.map((_, i) => tileWeights(axis, i, scale));
  const [rowWeights, columnWeights] = [weightsOf(rows), weightsOf(columns)];
  return {
    out,
    add: (piece, row, column) =>
      addWeighted(band, piece, {
        left: (columns.starts[column] as number) * scale,
        rowWeights: rowWeights[row] as Float32Array,
        columnWeights: columnWeights[column] as Float32Array,
      }),
    finishRow(row) {
      const top = (rows.starts[row] as number) * scale;
      const end = Math.min((rows.starts[row + 1] ?? rows.length) * scale, out.height);
      writeRows(out, band, { top, count: end - top });
      scrollUp(band, end - top);
    },
  };
}

export const createBlender = (mosaic: Mosaic): Blender =>
  mosaic.rows.starts.length * mosaic.columns.starts.length === 1
    ? createCropper(mosaic)
    : createBandBlender(mosaic);
