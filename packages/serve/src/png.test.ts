import type { Pixels } from '@ganvas/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { encodePng } from './png.js';

const gradient = (channels: number): Pixels => {
  const data = Uint8Array.from({ length: 6 * 4 * channels }, (_, i) => (i * 37) % 256);
  return { data, count: 1, height: 4, width: 6, channels };
};

describe('encodePng', () => {
  it.each([1, 3, 4])('keeps every byte of a picture with %i channels', async (channels) => {
    const pixels = gradient(channels);
    const png = sharp(await encodePng(pixels));
    expect(await png.metadata()).toMatchObject({ format: 'png', width: 6, height: 4, channels });
    const raw = await png
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .raw()
      .toBuffer();
    expect(new Uint8Array(raw)).toEqual(pixels.data);
  });

  it('gives the same bytes for the same pixels', async () => {
    expect(await encodePng(gradient(3))).toEqual(await encodePng(gradient(3)));
  });

  it('refuses several pictures and a number of channels that PNG lacks', async () => {
    await expect(encodePng({ ...gradient(1), count: 2 })).rejects.toThrow(
      'expected 1 picture, got 2',
    );
    await expect(encodePng(gradient(2))).rejects.toThrow('expected 1, 3 or 4 channels, got 2');
  });
});
