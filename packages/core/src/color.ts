import type { Pixels } from './pixels.js';

/** Grey as a byte from red, green and blue: the luma of ITU-R Rec. 601, nearest byte. */
export const lumaOf = (red: number, green: number, blue: number): number =>
  Math.round(0.299 * red + 0.587 * green + 0.114 * blue);

/** Lay a picture with alpha onto white, nearest byte: RGBA becomes RGB, others stay as they are. */
export function flattenOnWhite(pixels: Pixels): Pixels {
  if (pixels.channels !== 4) return pixels;
  const { data } = pixels;
  const flat = new Uint8Array((data.length / 4) * 3);
  for (let from = 0, to = 0; from < data.length; from += 4) {
    const alpha = data[from + 3] as number;
    const white = 255 * (255 - alpha);
    for (let c = 0; c < 3; c++) {
      const byte = data[from + c] as number;
      flat[to++] = alpha === 255 ? byte : Math.round((byte * alpha + white) / 255);
    }
  }
  return { ...pixels, channels: 3, data: flat };
}

/** The colours of pictures as 1 (grey, by `lumaOf`) or 3 channels (RGB), whatever their alpha. */
export function toColorChannels(pixels: Pixels, channels: number): Pixels {
  const { data, channels: step } = pixels;
  if (step === channels) return pixels;
  const colors = new Uint8Array((data.length / step) * channels);
  const [green, blue] = step < 3 ? [0, 0] : [1, 2];
  for (let from = 0, to = 0; from < data.length; from += step) {
    const r = data[from] as number;
    const g = data[from + green] as number;
    const b = data[from + blue] as number;
    if (channels === 1) {
      colors[to++] = lumaOf(r, g, b);
    } else {
      colors[to++] = r;
      colors[to++] = g;
      colors[to++] = b;
    }
  }
  return { ...pixels, channels, data: colors };
}
