import { type ModelSource, type PixelShape, type Pixels, toByte } from '@ganvas/core';

type Paint = (pixel: Float32Array, source: ModelSource) => readonly number[];

/** One pixel of a source as bytes, by the source's encoding. */
const paints: Readonly<Record<ModelSource['encoding'], Paint>> = {
  picture: (pixel) => Array.from(pixel, toByte),
  // Holes are 0, which is a medium grey.
  masked: (pixel) => Array.from(pixel.subarray(0, -1), toByte),
  classes: (pixel, { classes = [] }) => classes[pixel.indexOf(1)]?.color ?? [0, 0, 0],
};

/**
 * Paint sources as they are looked at in a sheet.
 *
 * @param values float32 `[N, H, W, source.channels]`
 * @param shape of the sources; its channels are those of `source`
 * @returns uint8 `[N, H, W, 1 or 3]`
 */
export function paintSource(
  source: ModelSource,
  values: Float32Array,
  shape: Omit<PixelShape, 'channels'>,
): Pixels {
  const paint = paints[source.encoding];
  const bytes: number[] = [];
  for (let at = 0; at < values.length; at += source.channels) {
    bytes.push(...paint(values.subarray(at, at + source.channels), source));
  }
  const { count, height, width } = shape;
  const channels = bytes.length / (count * height * width);
  return { count, height, width, channels, data: Uint8Array.from(bytes) };
}
