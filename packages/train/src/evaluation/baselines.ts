import { flattenOnWhite, type Pixels, toColorChannels } from '@ganvas/core';
import type { Pictures } from '../data/pictures.js';

/** Draws a picture without having learned to: uint8 `[1, H, W, C]` of the shape of what a model would draw. */
export type Baseline = (input: Pixels, name: string) => Promise<Pixels>;

/** The shape of a drawn picture. */
export type DrawnShape = Pick<Pixels, 'width' | 'height' | 'channels'>;

/** A picture on white, with the channels of what it is compared with. */
export const onWhite = (pixels: Pixels, channels: number): Pixels =>
  channels === 4 ? pixels : toColorChannels(flattenOnWhite(pixels), channels);

/** The input as it is: on white, enlarged (cubic) where the model enlarges. */
export const copyInput =
  ({ width, height, channels }: DrawnShape): Baseline =>
  async (input) => {
    const colors = onWhite(input, channels === 1 ? 1 : 3);
    const pixels = channels === 4 ? input : colors;
    if (pixels.width === width && pixels.height === height) return pixels;
    const { default: sharp } = await import('sharp');
    const raw = { width: pixels.width, height: pixels.height, channels: channels as 1 | 3 | 4 };
    const data = await sharp(pixels.data, { raw })
      .resize(width, height, { kernel: 'cubic', fit: 'fill' })
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .raw()
      .toBuffer();
    return { ...pixels, width, height, data: new Uint8Array(data) };
  };

/** Sums of colors, by channel, and of how many pixels. */
interface Sum {
  readonly colors: number[];
  pixels: number;
}

/** The mean colors of pictures: over those of each class, and over all. */
function meanColors(pictures: Pictures, classOf: (name: string) => string | undefined) {
  const { channels, width, height, data } = pictures;
  const newSum = (): Sum => ({ colors: new Array<number>(channels).fill(0), pixels: 0 });
  const [all, sums] = [newSum(), new Map<string, Sum>()];
  pictures.names.forEach((name, n) => {
    const ofClass = classOf(name);
    const sum = (ofClass !== undefined && sums.get(ofClass)) || newSum();
    if (ofClass !== undefined) sums.set(ofClass, sum);
    const from = n * width * height * channels;
    for (let i = 0; i < width * height * channels; i++) {
      const value = data[from + i] as number;
      for (const each of [all, sum])
        each.colors[i % channels] = (each.colors[i % channels] ?? 0) + value;
    }
    for (const each of [all, sum]) each.pixels += width * height;
  });
  const toMean = ({ colors, pixels }: Sum) =>
    Uint8Array.from(colors, (value) => Math.round(value / Math.max(1, pixels)));
  return {
    all: toMean(all),
    byClass: new Map([...sums].map(([name, sum]) => [name, toMean(sum)])),
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
  return async (_, name) => {
    const ofClass = classOf(name);
    const color = (ofClass !== undefined && means.byClass.get(ofClass)) || means.all;
    const one = { count: 1, width: 1, height: 1, channels: color.length, data: color };
    const pixel = onWhite(one, channels).data;
    const data = Uint8Array.from(
      { length: width * height * channels },
      (_, i) => pixel[i % channels] ?? 255,
    );
    return { count: 1, width, height, channels, data };
  };
}
