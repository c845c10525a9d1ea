import type { Pixels } from '@ganvas/core';

/** One picture: its bytes, and the forms in which a page wants them. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 3 RGB, 4 RGBA. */
  readonly channels: number;
  /** uint8 `[height, width, channels]`, row-major. */
  readonly data: Uint8Array;
  /** RGBA, for a canvas. */
  toImageData(): ImageData;
  /** Put the picture on a canvas at (`x`, `y`), default the top left corner, one to one. */
  draw(context: Canvas, x?: number, y?: number): void;
  /** Encode as an image file, default `image/png`. */
  toBlob(type?: string): Promise<Blob>;
}

interface Labeled {
  /** The number of its class; undefined where the model has no classes. */
  readonly label: number | undefined;
}

/** A picture that is reached again by its seed and label. */
export interface SampledPicture extends Picture, Labeled {
  readonly seed: number;
}

/** A picture on the way between two others: `at` is 0 at the start and 1 at the end. */
export interface Frame extends Picture, Labeled {
  readonly at: number;
}

/** What a translator made of another picture. */
export type TranslatedPicture = Picture;

type Canvas = Pick<CanvasRenderingContext2D, 'putImageData'>;

/** Spread grey, RGB or RGBA bytes over RGBA: grey is repeated, missing alpha is opaque. */
export function toRgba(data: Uint8Array, channels: number): Uint8ClampedArray<ArrayBuffer> {
  const count = data.length / channels;
  const rgba = new Uint8ClampedArray(count * 4).fill(255);
  const [green, blue] = channels < 3 ? [0, 0] : [1, 2];
  for (let pixel = 0, from = 0; pixel < count; pixel++, from += channels) {
    rgba[pixel * 4] = data[from] as number;
    rgba[pixel * 4 + 1] = data[from + green] as number;
    rgba[pixel * 4 + 2] = data[from + blue] as number;
    if (channels === 4) rgba[pixel * 4 + 3] = data[from + 3] as number;
  }
  return rgba;
}

/** Encode as an image file with the browser: opaque and clear pixels exactly, others a step off at most. */
export async function encodeInBrowser(source: ImageData | ImageBitmap, type: string) {
  const canvas = new OffscreenCanvas(source.width, source.height);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('toBlob: expected a 2D canvas, but this browser gave none');
  if (source instanceof ImageData) context.putImageData(source, 0, 0);
  else context.drawImage(source, 0, 0);
  return await canvas.convertToBlob({ type });
}

/** What is known of a picture, such as its seed, and its file where there is one already. */
interface Origin<T> {
  readonly tags: T;
  readonly png?: Blob | undefined;
}

/** Make a picture of the pixels of exactly one. */
export function toPicture<T extends object>(pixels: Pixels, { tags, png }: Origin<T>): Picture & T {
  const { width, height, channels, data } = pixels;
  const toImageData = () => new ImageData(toRgba(data, channels), width, height);
  return {
    ...tags,
    width,
    height,
    channels,
    data,
    toImageData,
    draw: (context, x = 0, y = 0) => context.putImageData(toImageData(), x, y),
    toBlob: async (type = 'image/png') =>
      png?.type === type ? png : encodeInBrowser(toImageData(), type),
  };
}
