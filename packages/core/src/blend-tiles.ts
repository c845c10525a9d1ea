import { type Pixels, toByte } from './pixels.js';
import { type TileAxis, tileWeights } from './tile-axis.js';

/** Floats of a part of a picture that is being put together: float32 `[C, height, width]`. */
interface Part {
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

/** Numbers of the row and the column of pieces in which a piece lies. */
interface PiecePlace {
  readonly row: number;
  readonly column: number;
}

/** Where in a picture something lies, in its pixels. */
interface Corner {
  readonly top: number;
  readonly left: number;
}

interface Area extends Corner {
  readonly height: number;
  readonly width: number;
}

/** Write the floats from the first corner of a part on into an area of a picture, as bytes. */
function writeArea(out: Pixels, { data, height, width }: Part, area: Area): void {
  const { channels } = out;
  for (let y = 0; y < area.height; y++) {
    for (let c = 0; c < channels; c++) {
      const from = (c * height + y) * width;
      const to = ((area.top + y) * out.width + area.left) * channels + c;
      for (let x = 0; x < area.width; x++) {
        out.data[to + x * channels] = toByte(data[from + x] as number);
      }
    }
  }
}

function createOutput({ rows, columns, channels, scale }: Mosaic): Pixels {
  const [height, width] = [rows.length * scale, columns.length * scale];
  return { data: new Uint8Array(height * width * channels), count: 1, height, width, channels };
}

/** Puts the model's pieces together, band of pieces by band of pieces. */
export interface Blender {
  readonly out: Pixels;
  /** The pieces in the order in which they are to be added: rows of them, or columns. */
  readonly bands: readonly (readonly PiecePlace[])[];
  /** Add a piece: float32 `[C, H, W]`. */
  add(piece: Float32Array, place: PiecePlace): void;
  /** Write what a band has made complete. */
  finish(band: number): void;
}

/** A picture in one piece is only cropped. */
function createCropper(mosaic: Mosaic): Blender {
  const out = createOutput(mosaic);
  const { rows, columns, scale } = mosaic;
  const shape = { height: rows.size * scale, width: columns.size * scale };
  const { height, width } = out;
  return {
    out,
    bands: [[{ row: 0, column: 0 }]],
    add: (data) => writeArea(out, { data, ...shape }, { top: 0, left: 0, height, width }),
    finish: () => undefined,
  };
}

interface Weights {
  readonly ofRows: Float32Array;
  readonly ofColumns: Float32Array;
}

/** Add a piece to a band, each value times what its row and its column count for. */
function addWeighted(
  band: Part,
  piece: Float32Array,
  { top, left, ofRows, ofColumns }: Corner & Weights,
): void {
  const [height, width] = [ofRows.length, ofColumns.length];
  // What lies below or right of the band is padding.
  const [lines, visible] = [
    Math.min(height, band.height - top),
    Math.min(width, band.width - left),
  ];
  for (let c = 0; c < piece.length / (height * width); c++) {
    for (let y = 0; y < lines; y++) {
      const rowWeight = ofRows[y] as number;
      if (rowWeight === 0) continue;
      const from = (c * height + y) * width;
      const to = (c * band.height + top + y) * band.width + left;
      for (let x = 0; x < visible; x++) {
        const weight = rowWeight * (ofColumns[x] as number);
        (band.data[to + x] as number) += weight * (piece[from + x] as number);
      }
    }
  }
}

/** Move what lies in each run of `length` values to its front by `count`, and clear the rest. */
function shift(data: Float32Array, length: number, count: number): void {
  for (let start = 0; start < data.length; start += length) {
    data.copyWithin(start, start + count, start + length);
    data.fill(0, start + length - count, start + length);
  }
}

/** Which way the bands run, and what differs by it. */
interface Direction {
  /** The axis along which band follows band, and the one along which the pieces of a band lie. */
  readonly outer: TileAxis;
  readonly inner: TileAxis;
  placeOf(band: number, piece: number): PiecePlace;
  /** Where in its band a piece begins. */
  cornerOf(place: PiecePlace): Corner;
  /** The part that is held, from the first pixel of a band on. */
  readonly height: number;
  readonly width: number;
  /** What of the picture `count` lines of a band are, `start` lines from its edge. */
  areaOf(start: number, count: number): Area;
  /** Values in a run, and how many of them one line of the picture is. */
  readonly run: number;
  readonly line: number;
}

/** Bands cross the shorter side: a row of pieces of a picture that is a line would be all of it. */
function directionOf({ rows, columns, scale }: Mosaic, out: Pixels): Direction {
  if (columns.length > rows.length) {
    const [height, width] = [out.height, columns.size * scale];
    return {
      outer: columns,
      inner: rows,
      placeOf: (column, row) => ({ row, column }),
      cornerOf: ({ row }) => ({ top: (rows.starts[row] as number) * scale, left: 0 }),
      height,
      width,
      areaOf: (left, count) => ({ top: 0, left, height, width: count }),
      run: width,
      line: 1,
    };
  }
  const [height, width] = [rows.size * scale, out.width];
  return {
    outer: rows,
    inner: columns,
    placeOf: (row, column) => ({ row, column }),
    cornerOf: ({ column }) => ({ top: 0, left: (columns.starts[column] as number) * scale }),
    height,
    width,
    areaOf: (top, count) => ({ top, left: 0, height: count, width }),
    run: height * width,
    line: width,
  };
}

/**
 * Blend pieces where they overlap. Only one band of pieces is held as floats: what the next band cannot
 * change any more becomes bytes.
 */
function createBandBlender(mosaic: Mosaic): Blender {
  const out = createOutput(mosaic);
  const { rows, columns, channels, scale } = mosaic;
  const { outer, inner, height, width, ...direction } = directionOf(mosaic, out);
  const band = { data: new Float32Array(channels * height * width), height, width };
  const weightsOf = (axis: TileAxis) => axis.starts.map((_, i) => tileWeights(axis, i, scale));
  const [rowWeights, columnWeights] = [weightsOf(rows), weightsOf(columns)];
  return {
    out,
    bands: outer.starts.map((_, i) => inner.starts.map((__, j) => direction.placeOf(i, j))),
    add: (piece, place) =>
      addWeighted(band, piece, {
        ...direction.cornerOf(place),
        ofRows: rowWeights[place.row] as Float32Array,
        ofColumns: columnWeights[place.column] as Float32Array,
      }),
    finish(number) {
      const start = (outer.starts[number] as number) * scale;
      const end = Math.min(outer.starts[number + 1] ?? outer.length, outer.length) * scale;
      writeArea(out, band, direction.areaOf(start, end - start));
      shift(band.data, direction.run, (end - start) * direction.line);
    },
  };
}

export const createBlender = (mosaic: Mosaic): Blender =>
  mosaic.rows.starts.length * mosaic.columns.starts.length === 1
    ? createCropper(mosaic)
    : createBandBlender(mosaic);
