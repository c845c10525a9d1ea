import { flattenOnWhite, toColorChannels } from './color.js';
import type { ModelSource } from './manifest.js';
import { fromBytes, type Pixels } from './pixels.js';

/** A piece of a picture: which of its rows and columns lie where in the piece. */
interface PieceWindow {
  readonly rows: Int32Array;
  readonly columns: Int32Array;
}

/** Make the source of a piece: float32 `[channels, rows, columns]`. */
type EncodePiece = (window: PieceWindow) => Float32Array;

type Encoder = (pixels: Pixels, source: ModelSource) => EncodePiece;

// Indexed by byte: a picture is read on every stroke of a pen, so nothing is computed twice.
const valueOfByte = fromBytes(Uint8Array.from({ length: 256 }, (_, byte) => byte));

/** Call `visit` with the number of each pixel in the picture and in the piece. */
function eachPixel(
  { rows, columns }: PieceWindow,
  width: number,
  visit: (from: number, to: number) => void,
): void {
  let to = 0;
  for (const row of rows) {
    for (const column of columns) visit(row * width + column, to++);
  }
}

/** Below this alpha a pixel is a hole, which `masked` models fill in. */
const holeAlpha = 128;

/** Whether a pixel of an RGBA picture is to be filled in: its alpha is below 128. */
export const isHole = ({ data }: Pixels, pixel: number): boolean =>
  (data[pixel * 4 + 3] as number) < holeAlpha;

/** Whether a picture has anything to fill in: pixels of an alpha below 128. Without alpha it has not. */
export function hasHoles(pixels: Pixels): boolean {
  const count = pixels.channels === 4 ? pixels.height * pixels.width : 0;
  for (let pixel = 0; pixel < count; pixel++) {
    if (isHole(pixels, pixel)) return true;
  }
  return false;
}

const encodePicture: Encoder = (pixels, { channels }) => {
  const { data, width } = toColorChannels(flattenOnWhite(pixels), channels);
  return (window) => {
    const plane = window.rows.length * window.columns.length;
    const out = new Float32Array(channels * plane);
    eachPixel(window, width, (from, to) => {
      for (let c = 0; c < channels; c++) {
        out[c * plane + to] = valueOfByte[data[from * channels + c] as number] as number;
      }
    });
    return out;
  };
};

const encodeMasked: Encoder = (pixels, source) => {
  const { width } = pixels;
  const channels = source.channels - 1;
  const { data } = toColorChannels(pixels, channels);
  return (window) => {
    const plane = window.rows.length * window.columns.length;
    // What is not written stays 0, as holes are.
    const out = new Float32Array(source.channels * plane);
    eachPixel(window, width, (from, to) => {
      const hole = isHole(pixels, from);
      out[channels * plane + to] = hole ? 1 : -1;
      for (let c = 0; c < channels && !hole; c++) {
        out[c * plane + to] = valueOfByte[data[from * channels + c] as number] as number;
      }
    });
    return out;
  };
};

type Classes = NonNullable<ModelSource['classes']>;

/** The class whose colour lies nearest (sum of squared differences), the first of several. */
function nearestClass(classes: Classes, [red, green, blue]: Classes[number]['color']): number {
  let [nearest, least] = [0, Number.POSITIVE_INFINITY];
  for (const [number, { color }] of classes.entries()) {
    const distance = (color[0] - red) ** 2 + (color[1] - green) ** 2 + (color[2] - blue) ** 2;
    if (distance < least) [nearest, least] = [number, distance];
  }
  return nearest;
}

// A photo may have millions: those beyond are looked up each time, so that memory is bounded.
const maxKnownColors = 65_536;

/** The class of each pixel. Maps are of few colours in large areas, so each colour is looked up once. */
function toClasses({ data }: Pixels, classes: Classes): Uint16Array {
  const known = new Map<number, number>();
  const numbers = new Uint16Array(data.length / 3);
  for (let pixel = 0, from = 0; pixel < numbers.length; pixel++, from += 3) {
    const red = data[from] as number;
    const green = data[from + 1] as number;
    const blue = data[from + 2] as number;
    const color = (red << 16) | (green << 8) | blue;
    const number = known.get(color) ?? nearestClass(classes, [red, green, blue]);
    if (known.size < maxKnownColors) known.set(color, number);
    numbers[pixel] = number;
  }
  return numbers;
}

const encodeClasses: Encoder = (pixels, { channels, classes = [] }) => {
  const { width } = pixels;
  const numbers = toClasses(toColorChannels(flattenOnWhite(pixels), 3), classes);
  return (window) => {
    const plane = window.rows.length * window.columns.length;
    const out = new Float32Array(channels * plane);
    eachPixel(window, width, (from, to) => {
      out[(numbers[from] as number) * plane + to] = 1;
    });
    return out;
  };
};

/** How a picture becomes what a model takes, by the model's `source.encoding`. */
export const sourceEncoders: Readonly<Record<ModelSource['encoding'], Encoder>> = {
  picture: encodePicture,
  masked: encodeMasked,
  classes: encodeClasses,
};
