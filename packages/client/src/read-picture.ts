import { InputError, maxPicturePixels, type Pixels, sizeOfFile } from '@ganvas/core';
import type { PictureSource } from './translator.js';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Throw an InputError unless a picture, and what is `scale` times as wide and high, can be held. */
function assertSize({ width, height }: Size, scale: number): void {
  if (width * height * scale ** 2 <= maxPicturePixels) return;
  throw new InputError(
    `translate: expected a picture of at most ${maxPicturePixels / scale ** 2} pixels, got ${width} x ${height}: make it smaller`,
  );
}

// A JPEG says its size after what its camera wrote of it: a preview, and profiles of colours.
const headerBytes = 2 ** 20;

const sizeOf = async (file: Blob): Promise<Size | undefined> =>
  sizeOfFile(new Uint8Array(await file.slice(0, headerBytes).arrayBuffer()));

const fromImageData = ({ data, width, height }: ImageData): Pixels => ({
  data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  count: 1,
  width,
  height,
  channels: 4,
});

/** Bytes of sRGB, as most `ImageData` are: others are converted by drawing them. */
const isBytes = (source: PictureSource): source is ImageData =>
  source instanceof ImageData &&
  source.data instanceof Uint8ClampedArray &&
  source.colorSpace === 'srgb';

async function toBitmap(source: ImageData | ImageBitmap | Blob): Promise<ImageBitmap> {
  if (source instanceof ImageBitmap) return source;
  try {
    return await createImageBitmap(source, {
      imageOrientation: 'from-image',
      colorSpaceConversion: 'default',
      premultiplyAlpha: 'none',
    });
  } catch (cause) {
    const got = source instanceof Blob ? `${source.size} bytes of "${source.type}"` : 'ImageData';
    throw new InputError(
      `translate: expected a picture that this browser can decode, got ${got}: give a PNG or JPEG file`,
      { cause },
    );
  }
}

/**
 * Bring a picture to bytes: upright, in sRGB, the first frame of several; a bitmap is used up. A canvas
 * multiplies colours by their alpha, so where a file is neither opaque nor clear they may be a step off.
 */
export async function readPicture(source: PictureSource, scale = 1): Promise<Pixels> {
  if ('count' in source || isBytes(source)) {
    assertSize(source, scale);
    return 'count' in source ? source : fromImageData(source);
  }
  // Before it is decoded: a small file may hold a picture larger than memory.
  const size = source instanceof Blob ? await sizeOf(source) : source;
  if (size) assertSize(size, scale);
  const bitmap = await toBitmap(source);
  try {
    const { width, height } = bitmap;
    assertSize(bitmap, scale);
    const context = new OffscreenCanvas(width, height).getContext('2d', {
      willReadFrequently: true,
    });
    if (!context) throw new Error('translate: expected a 2D canvas, but this browser gave none');
    context.drawImage(bitmap, 0, 0);
    return fromImageData(context.getImageData(0, 0, width, height));
  } finally {
    bitmap.close();
  }
}
