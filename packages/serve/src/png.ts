import type { Pixels } from '@ganvas/core';
import { loadSharp } from './load-sharp.js';

// Fixed, and without adaptive filtering or a palette: equal pixels give equal bytes. Level 6 is
// zlib's own default; on 28 x 28 digits level 9 saves under 1 %.
const options = {
  compressionLevel: 6,
  adaptiveFiltering: false,
  palette: false,
  progressive: false,
};

const colours = { 1: 'b-w', 3: 'srgb', 4: 'srgb' } as const;

/**
 * Encode exactly one picture, uint8 `[1, H, W, C]` with 1, 3 or 4 channels, as PNG.
 * The same pixels always give the same bytes. For several use core's `toGrid` or `pictureAt`.
 */
export async function encodePng(pixels: Pixels): Promise<Buffer> {
  const { data, count, width, height, channels } = pixels;
  if (count !== 1) throw new RangeError(`encodePng: expected 1 picture, got ${count}`);
  if (channels !== 1 && channels !== 3 && channels !== 4) {
    throw new RangeError(`encodePng: expected 1, 3 or 4 channels, got ${channels}`);
  }
  const sharp = await loadSharp();
  return sharp(data, { raw: { width, height, channels } })
    .toColourspace(colours[channels])
    .png(options)
    .toBuffer();
}
