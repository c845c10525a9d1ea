import { flattenOnWhite, type Pixels, pictureAt, toColorChannels } from '@ganvas/core';
import type { Pictures } from '../data/pictures.js';

/** Draws a picture without having learned to: uint8 `[1, H, W, C]` of the shape of what a model would draw. */
export type Baseline = (input: Pixels, name: string) => Promise<Pixels>;

/** The shape of a picture that is measured. */
export type DrawnShape = Pick<Pixels, 'width' | 'height' | 'channels'>;

/** A picture as it is measured: on white, with 1 or 3 channels. */
export const onWhite = (pixels: Pixels, channels: number): Pixels =>
  toColorChannels(flattenOnWhite(pixels), channels);

/** The input as it is: on white, enlarged (cubic) where the model enlarges. */
export const copyInput =
  ({ width, height, channels }: DrawnShape): Baseline =>
  async (input) => {
    const pixels = onWhite(input, channels);
    if (pixels.width === width && pixels.height === height) return pixels;
    const { default: sharp } = await import('sharp');
    const raw = { width: pixels.width, height: pixels.height, channels: channels as 1 | 3 };
    const data = await sharp(pixels.data, { raw })
      .resize(width, height, { kernel: 'cubic', fit: 'fill' })
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .raw()
      .toBuffer();
    return { ...pixels, width, height, data: new Uint8Array(data) };
  };

/** The mean of each channel over all pixels of a picture. */
function meanOf({ data, channels }: Pixels): number[] {
  const sums = new Array<number>(channels).fill(0);
  data.forEach((value, i) => {
    sums[i % channels] = (sums[i % channels] as number) + value;
  });
  return sums.map((sum) => (sum * channels) / data.length);
}

/** The mean of colors, as bytes. All pictures have one size, so means of means are means over their pixels. */
const meanColor = (colors: readonly (readonly number[])[]): Uint8Array =>
  Uint8Array.from(colors[0] ?? [], (_, c) =>
    Math.round(colors.reduce((sum, color) => sum + (color[c] as number), 0) / colors.length),
  );

/** The mean colors of pictures: over those of each class, and over all. */
function meanColors(pictures: Pictures, classOf: (name: string) => string | undefined) {
  const means = pictures.names.map((_, n) => meanOf(pictureAt(pictures, n)));
  const byClass = new Map<string, number[][]>();
  for (const [n, name] of pictures.names.entries()) {
    const ofClass = classOf(name);
    if (ofClass === undefined) continue;
    byClass.set(ofClass, [...(byClass.get(ofClass) ?? []), means[n] as number[]]);
  }
  return {
    all: meanColor(means),
    byClass: new Map([...byClass].map(([name, colors]) => [name, meanColor(colors)])),
  };
}

/**
 * Every pixel in the mean color (of bytes, rounded) of its class over the training pictures; of all of them for a
 * picture without a class, or of one that no training picture has.
 *
 * @param learned the targets of the training split
 */
export function paintMeanColor(
  learned: Pictures,
  classOf: (name: string) => string | undefined,
  { width, height, channels }: DrawnShape,
): Baseline {
  const means = meanColors(learned, classOf);
  const paint = (color: Uint8Array): Pixels => {
    const one = { count: 1, width: 1, height: 1, channels: color.length, data: color };
    const pixel = onWhite(one, channels).data;
    const length = width * height * channels;
    const data = Uint8Array.from({ length }, (_, i) => pixel[i % channels] as number);
    return { count: 1, width, height, channels, data };
  };
  // One picture for each class, so that its features are found once.
  const ofAll = paint(means.all);
  const painted = new Map([...means.byClass].map(([name, color]) => [name, paint(color)]));
  return async (_, name) => painted.get(classOf(name) ?? '') ?? ofAll;
}
