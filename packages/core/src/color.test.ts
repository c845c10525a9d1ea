import { describe, expect, it } from 'vitest';
import { flattenOnWhite, lumaOf, toColorChannels } from './color.js';
import type { Pixels } from './pixels.js';

const pictureOf = (channels: number, ...data: number[]): Pixels => ({
  data: Uint8Array.from(data),
  count: 1,
  height: 1,
  width: data.length / channels,
  channels,
});

describe('lumaOf', () => {
  it.each([
    // 0.299 * 255 = 76.245, 0.587 * 255 = 149.685, 0.114 * 255 = 29.07
    [[255, 0, 0], 76],
    [[0, 255, 0], 150],
    [[0, 0, 255], 29],
    [[255, 255, 255], 255],
    [[7, 7, 7], 7],
  ] as const)('gives %j the grey %i', ([red, green, blue], gray) => {
    expect(lumaOf(red, green, blue)).toBe(gray);
  });
});

describe('flattenOnWhite', () => {
  it('lays colours onto white by their alpha', () => {
    const flat = flattenOnWhite(pictureOf(4, 10, 20, 30, 255, 10, 20, 30, 0, 100, 0, 255, 51));
    // A fifth of the colour and four fifths of white: 20 + 204, 0 + 204, 51 + 204.
    expect([...flat.data]).toEqual([10, 20, 30, 255, 255, 255, 224, 204, 255]);
    expect(flat).toMatchObject({ channels: 3, width: 3 });
  });

  it('gives a picture without alpha back', () => {
    const picture = pictureOf(3, 1, 2, 3);
    expect(flattenOnWhite(picture)).toBe(picture);
  });
});

describe('toColorChannels', () => {
  it.each([
    ['grey to RGB', 1, [5, 6], 3, [5, 5, 5, 6, 6, 6]],
    ['RGB to grey', 3, [255, 0, 0, 0, 255, 0], 1, [76, 150]],
    ['RGBA to RGB, whatever its alpha', 4, [1, 2, 3, 0, 4, 5, 6, 255], 3, [1, 2, 3, 4, 5, 6]],
    ['RGBA to grey', 4, [0, 0, 255, 9], 1, [29]],
  ] as const)('turns %s', (_, from, data, to, expected) => {
    const colors = toColorChannels(pictureOf(from, ...data), to);
    expect([...colors.data]).toEqual(expected);
    expect(colors.channels).toBe(to);
  });
});
