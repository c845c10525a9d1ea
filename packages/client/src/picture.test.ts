import { describe, expect, it } from 'vitest';
import { fromDataUrl, fromRgba } from './decode.js';
import { toRgba } from './picture.js';

describe('toRgba', () => {
  it.each([
    ['grey', 1, [7, 200], [7, 7, 7, 255, 200, 200, 200, 255]],
    ['RGB', 3, [1, 2, 3, 4, 5, 6], [1, 2, 3, 255, 4, 5, 6, 255]],
    ['RGBA', 4, [1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3, 4, 5, 6, 7, 8]],
  ])('spreads %s over four channels, and fromRgba takes it back', (_, channels, data, rgba) => {
    const spread = toRgba(Uint8Array.from(data), channels);
    expect([...spread]).toEqual(rgba);
    expect([...fromRgba({ width: 2, height: 1, data: spread }, channels)]).toEqual(data);
  });
});

describe('fromDataUrl', () => {
  it('gives the bytes and the type', async () => {
    const blob = fromDataUrl('data:image/png;base64,iVBORw==');
    expect(blob.type).toBe('image/png');
    expect([...new Uint8Array(await blob.arrayBuffer())]).toEqual([0x89, 0x50, 0x4e, 0x47]);
  });

  it('refuses anything else, showing how it begins', () => {
    expect(() => fromDataUrl('http://example.com/7.png')).toThrow('got http://example.com/7.png');
  });
});
