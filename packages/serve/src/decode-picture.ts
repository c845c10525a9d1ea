import { InputError, type Pixels, reasonOf } from '@ganvas/core';
import type { Metadata } from 'sharp';
import { loadSharp } from './load-sharp.js';
import { formatOf, readableFormats } from './picture-format.js';

/** What can be wrong with a picture's file. */
export type PictureFault = 'not-a-picture' | 'too-large' | 'unprocessable';

/** A file that is not translated; `code` says what is wrong with it. */
export class PictureError extends InputError {
  readonly code: PictureFault;

  constructor(message: string, options: { readonly code: PictureFault; readonly cause?: unknown }) {
    super(message, options);
    this.code = options.code;
  }
}

export interface DecodeOptions {
  /** Larger pictures are refused before a pixel of theirs is decoded. */
  readonly maxPixels: number;
  /** What errors call the picture, default `picture`. */
  readonly name?: string;
}

function assertFormat(bytes: Uint8Array, name: string): string {
  const format = formatOf(bytes);
  if ('name' in format) return format.name;
  const message = `${name}: expected a picture as ${readableFormats}, got ${format.found}`;
  throw new PictureError(message, { code: 'not-a-picture' });
}

function assertSize({ width, height }: Metadata, { maxPixels, name }: Required<DecodeOptions>) {
  if (width * height <= maxPixels) return;
  const got = `${width} x ${height}`;
  const message = `${name}: expected at most ${maxPixels} pixels, got ${got}; make it smaller`;
  throw new PictureError(message, { code: 'too-large' });
}

/** A film has no one answer: neither its first frame alone nor all of them is what was surely meant. */
function assertStill({ pages = 1 }: Metadata, format: string, name: string): void {
  if (pages === 1) return;
  const message = `${name}: expected a still picture, got a ${format} of ${pages} frames; send one of them`;
  throw new PictureError(message, { code: 'unprocessable' });
}

/** Grey stays grey; what has an alpha channel, grey or not, becomes red, green, blue and alpha. */
const spaceOf = ({ space, hasAlpha }: Metadata): 'b-w' | 'srgb' =>
  (space === 'b-w' || space === 'grey16') && !hasAlpha ? 'b-w' : 'srgb';

/** What libvips, libjpeg and C++ say when this process has no memory left; V8 throws a RangeError. */
const outOfMemory = /out of memory|insufficient memory|bad_alloc/i;

/** Whether decoding failed for want of memory or for a mistake in a call, not for what is in the file. */
export const isOfProcess = (error: unknown): boolean =>
  error instanceof RangeError || error instanceof TypeError || outOfMemory.test(reasonOf(error));

type Sharp = Awaited<ReturnType<typeof loadSharp>>;

interface ReadOptions extends Required<DecodeOptions> {
  readonly format: string;
}

async function read(sharp: Sharp, bytes: Uint8Array, { format, ...options }: ReadOptions) {
  // Only what cannot be read: a picture with an oddity that decoders shrug off is whole enough.
  const failOn = 'error';
  const header = await sharp(bytes, { limitInputPixels: false, failOn }).metadata();
  assertStill(header, format, options.name);
  assertSize(header, options);
  return sharp(bytes, { limitInputPixels: options.maxPixels, failOn })
    .autoOrient()
    .toColourspace(spaceOf(header))
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
}

/**
 * Decode one still picture, JPEG, PNG, WebP, GIF or AVIF, to uint8 `[1, H, W, C]`: upright as EXIF
 * says, 8 bits, in sRGB by its colour profile, with 1 channel for grey, 3 for colour, 4 with alpha.
 * Throws a PictureError for what is wrong with the file, and other errors as they are.
 */
export async function decodePicture(bytes: Uint8Array, options: DecodeOptions): Promise<Pixels> {
  const { maxPixels, name = 'picture' } = options;
  const format = assertFormat(bytes, name);
  // Outside of what may be the picture's fault: that sharp is missing is not.
  const sharp = await loadSharp();
  try {
    const { data, info } = await read(sharp, bytes, { format, maxPixels, name });
    const { width, height, channels } = info;
    return { data, count: 1, width, height, channels };
  } catch (error) {
    if (error instanceof PictureError || isOfProcess(error)) throw error;
    // sharp says each thing that libvips said on a line of its own, the first cause first.
    const why = reasonOf(error).slice(0, 200);
    const message = `${name}: expected a whole ${format}, got a damaged or truncated one (${why})`;
    throw new PictureError(message, { code: 'unprocessable', cause: error });
  }
}
