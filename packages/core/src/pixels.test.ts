import { describe, expect, it } from 'vitest';
import { fromBytes, pictureAt, toByte, toGrid, toPixels } from './pixels.js';

describe('toByte', () => {
  it.each([
    [-1, 0],
    [1, 255],
    // half a byte: 127.5 rounds up
    [0, 128],
    [-7, 0],
    [7, 255],
    [-1 + 0.499 / 127.5, 0],
  ])('turns %s into %s', (value, byte) => {
    expect(toByte(value)).toBe(byte);
  });

  it('refuses NaN', () => {
    expect(() => toByte(Number.NaN)).toThrow('got NaN');
  });

  it('undoes fromBytes for every byte', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    expect(Uint8Array.from(fromBytes(bytes), toByte)).toEqual(bytes);
  });
});

describe('toPixels', () => {
  it('brings channels from planes to pixels', () => {
    // two pictures of 1 x 2 pixels in three planes each, numbered so that each value names its place
    const bytes = Uint8Array.of(10, 11, 20, 21, 30, 31, 40, 41, 50, 51, 60, 61);
    const pixels = toPixels(fromBytes(bytes), { count: 2, height: 1, width: 2, channels: 3 });
    expect([...pixels.data]).toEqual([10, 20, 30, 11, 21, 31, 40, 50, 60, 41, 51, 61]);
    expect([...pictureAt(pixels, 1).data]).toEqual([40, 50, 60, 41, 51, 61]);
  });

  it('refuses a wrong number of values', () => {
    expect(() => toPixels([0, 0], { count: 1, height: 1, width: 1, channels: 1 })).toThrow(
      'toPixels: expected 1 x 1 x 1 x 1 values, got 2',
    );
  });
});

describe('toGrid', () => {
  it('lays pictures out in rows and leaves the rest black', () => {
    const pixels = {
      data: Uint8Array.of(1, 2, 3, 4, 5, 6),
      count: 3,
      height: 1,
      width: 2,
      channels: 1,
    };
    const grid = toGrid(pixels);
    expect(grid).toMatchObject({ count: 1, height: 2, width: 4, channels: 1 });
    expect([...grid.data]).toEqual([1, 2, 3, 4, 5, 6, 0, 0]);
    expect(toGrid(pixels, 1)).toMatchObject({ height: 3, width: 2 });
  });
});
