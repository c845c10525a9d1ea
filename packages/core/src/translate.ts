import { createBlender } from './blend-tiles.js';
import { toColorChannels } from './color.js';
import { hasHoles, isHole, sourceEncoders } from './encode-source.js';
import { InputError } from './errors.js';
import type { Manifest, ModelSource } from './manifest.js';
import { maxPicturePixels, type Pixels } from './pixels.js';
import { planAxis, reflectedIndex, type TileAxis } from './tile-axis.js';

/** What is read of a translator's manifest. */
export type TranslatorModel = Pick<Manifest, 'image' | 'source'>;

/** Height and width of a piece, multiples of `image.sizeMultiple`. */
export interface PieceSize {
  readonly height: number;
  readonly width: number;
}

export interface TranslateOptions {
  readonly model: TranslatorModel;
  /**
   * Run the model once on `source`, float32 `[1, source.channels, height, width]`; gives `image`, float32
   * `[1, image.channels, scale * height, scale * width]` in [-1, 1].
   */
  readonly run: (source: Float32Array, size: PieceSize) => Promise<Float32Array>;
  /**
   * Longest side of a piece in pixels of the source, default 512 / scale. It is rounded up to a multiple of
   * `image.sizeMultiple`, and to two of them at least. `Infinity` translates any picture in one piece.
   */
  readonly tileSize?: number | undefined;
  /** An AbortSignal, looked at before each piece: the promise rejects with its reason. */
  readonly signal?: { throwIfAborted(): void } | undefined;
  /** Called after each piece. */
  readonly onProgress?: ((progress: TranslateProgress) => void) | undefined;
}

export interface TranslateProgress {
  /** Pieces that are done, of `total`. */
  readonly done: number;
  readonly total: number;
}

function sourceOf({ source }: TranslatorModel): ModelSource {
  if (source) return source;
  throw new InputError('translatePixels: expected a model that translates, got none');
}

/** Throw an InputError unless `pixels` are one picture of 1, 3 or 4 channels. `where` asks for it. */
export function assertPicture(
  { data, count, height, width, channels }: Pixels,
  where = 'translatePixels',
): void {
  const isSide = (side: number) => Number.isInteger(side) && side >= 1;
  const fits = data.length === height * width * channels;
  if (count === 1 && isSide(height) && isSide(width) && [1, 3, 4].includes(channels) && fits) {
    return;
  }
  throw new InputError(
    `${where}: expected one picture of 1, 3 or 4 channels, got ${count} x ${height} x ${width} x ${channels} with ${data.length} bytes`,
  );
}

/** Throw unless a picture for a `masked` model has pixels to fill in. */
function assertHoles(pixels: Pixels): void {
  if (hasHoles(pixels)) return;
  throw new InputError(
    'translatePixels: expected a picture with holes, pixels of alpha below 128, got none: there is nothing to fill in; erase what is to be filled in',
  );
}

/** Most pixels that a model makes of one picture, those of the padding too: it may be hours of work. */
const maxWork = 16 * maxPicturePixels;

/** Throw where the padding makes a picture, a long line say, into far more than it is. */
function assertWork({ height, width }: Pixels, { image }: TranslatorModel): void {
  const { sizeMultiple = 1, scale = 1 } = image;
  const padded = (side: number) => Math.ceil(side / sizeMultiple) * sizeMultiple * scale;
  if (padded(height) * padded(width) <= maxWork) return;
  throw new InputError(
    `translatePixels: expected at most ${maxWork} pixels to make, got ${padded(height)} x ${padded(width)} for ${height} x ${width} padded to multiples of ${sizeMultiple}, times ${scale}; make the picture smaller`,
  );
}

/** Put the pixels that were to be kept back as they were; a fourth channel is left to the model. */
function restoreKept(out: Pixels, pixels: Pixels): void {
  const { channels } = out;
  const colors = channels === 1 ? 1 : 3;
  const { data } = toColorChannels(pixels, colors);
  for (let pixel = 0; pixel < out.height * out.width; pixel++) {
    if (isHole(pixels, pixel)) continue;
    for (let c = 0; c < colors; c++) {
      out.data[pixel * channels + c] = data[pixel * colors + c] as number;
    }
  }
}

/** The pixels that piece `i` takes, those of the padding by reflection. */
const indicesOf = ({ starts, size, length }: TileAxis, i: number): Int32Array =>
  Int32Array.from({ length: size }, (_, at) => reflectedIndex((starts[i] as number) + at, length));

function planTiles({ height, width }: Pixels, { image }: TranslatorModel, tileSize: number) {
  if (!(tileSize >= 1)) {
    throw new InputError(
      `translatePixels: tileSize: expected a number of at least 1, got ${tileSize}`,
    );
  }
  const options = { tileSize, multiple: image.sizeMultiple ?? 1 };
  return { rows: planAxis(height, options), columns: planAxis(width, options) };
}

function assertImage(
  { length }: Float32Array,
  { height, width }: PieceSize,
  model: TranslatorModel,
) {
  const { channels, scale = 1 } = model.image;
  if (length === channels * scale * height * scale * width) return;
  throw new Error(
    `translatePixels: expected the model to make 1 x ${channels} x ${scale * height} x ${scale * width} values, got ${length}`,
  );
}

/**
 * Translate one picture of any size: uint8 `[1, H, W, 1 | 3 | 4]` to `[1, scale * H, scale * W, C]`. All that
 * lies between a picture and a model is done here, so that a page, a server and a trainer agree:
 *
 * - Colour: grey is repeated, RGB becomes grey by `lumaOf`. For `picture` and `classes` alpha is flattened
 *   onto white; a pixel of a semantic map is of the class with the nearest colour. For `masked` pixels of
 *   alpha below 128 are holes, and all others are copied from `pixels` into the result.
 * - Size: the picture is padded at its right and at its bottom to a multiple of `image.sizeMultiple` by
 *   reflection, and the result is cropped. So a pixel lies on the model's grid in the same way whatever
 *   the picture's size.
 * - Pictures longer than `tileSize` are done in overlapping pieces, blended over their seams (`tileWeights`).
 *   Floats are held for one row of pieces only, or for one column where the picture is wider than high.
 *
 * Neighbouring pieces share an eighth of `tileSize`, rounded up to a multiple. A model that sees no farther
 * from a pixel than a quarter of that (16 pixels by default) has a seam error of exactly 0; tests hold that.
 * Others, such as those with instance norm, see a whole piece: their seam error on a picture is the
 * difference between its results with and without `tileSize: Infinity`.
 *
 * Throws an InputError where the picture or the options cannot be translated (more than 2^28 pixels to make,
 * padding included, are not), and what `run` throws. What `parseManifest` checks is not checked again.
 */
export async function translatePixels(pixels: Pixels, options: TranslateOptions): Promise<Pixels> {
  const { model, run, signal, onProgress } = options;
  const { channels, scale = 1 } = model.image;
  const source = sourceOf(model);
  assertPicture(pixels);
  assertWork(pixels, model);
  if (source.encoding === 'masked') assertHoles(pixels);
  const { rows, columns } = planTiles(pixels, model, options.tileSize ?? 512 / scale);
  const encode = sourceEncoders[source.encoding](pixels, source);
  const blender = createBlender({ rows, columns, channels, scale });
  const size = { height: rows.size, width: columns.size };
  const total = rows.starts.length * columns.starts.length;
  let done = 0;
  for (const [number, band] of blender.bands.entries()) {
    for (const { row, column } of band) {
      signal?.throwIfAborted();
      const window = { rows: indicesOf(rows, row), columns: indicesOf(columns, column) };
      const image = await run(encode(window), size);
      assertImage(image, size, model);
      blender.add(image, { row, column });
      onProgress?.({ done: ++done, total });
    }
    blender.finish(number);
  }
  if (source.encoding === 'masked') restoreKept(blender.out, pixels);
  return blender.out;
}
