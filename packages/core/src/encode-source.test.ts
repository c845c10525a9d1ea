import { describe, expect, it } from 'vitest';
import { sourceEncoders } from './encode-source.js';
import type { ModelSource } from './manifest.js';
import type { Pixels } from './pixels.js';

/** One row of pixels. */
const rowOf = (channels: number, ...data: number[]): Pixels => ({
  data: Uint8Array.from(data),
  count: 1,
  height: 1,
  width: data.length / channels,
  channels,
});

function encode(picture: Pixels, source: ModelSource): number[] {
  const columns = Int32Array.from({ length: picture.width }, (_, x) => x);
  const encodePiece = sourceEncoders[source.encoding](picture, source);
  return [...encodePiece({ rows: Int32Array.of(0), columns })];
}

/** A byte as a model gets it, in float32. */
const toValue = (byte: number) => Math.fround(byte / 127.5 - 1);

const rgb: ModelSource = { channels: 3, encoding: 'picture' };
const gray: ModelSource = { channels: 1, encoding: 'picture' };

describe('sourceEncoders.picture', () => {
  it.each([
    ['RGB', rgb, rowOf(3, 1, 2, 3, 4, 5, 6), [1, 4, 2, 5, 3, 6]],
    ['RGBA onto white', rgb, rowOf(4, 1, 2, 3, 255, 9, 9, 9, 0), [1, 255, 2, 255, 3, 255]],
    ['grey as RGB', rgb, rowOf(1, 7, 8), [7, 8, 7, 8, 7, 8]],
    ['RGB as grey', gray, rowOf(3, 255, 0, 0, 0, 0, 255), [76, 29]],
    ['RGBA as grey, onto white', gray, rowOf(4, 255, 0, 0, 255, 0, 0, 0, 0), [76, 255]],
  ] as const)('gives %s plane by plane', (_, source, picture, bytes) => {
    expect(encode(picture, source)).toEqual(bytes.map(toValue));
  });

  it('takes the pixels that a piece is made of, in its order', () => {
    const picture = { ...rowOf(1, 0, 51, 102, 153), height: 2, width: 2 };
    const piece = sourceEncoders.picture(
      picture,
      gray,
    )({
      rows: Int32Array.of(1, 0, 1),
      columns: Int32Array.of(0, 1, 0, 1),
    });
    expect([...piece]).toEqual([102, 153, 102, 153, 0, 51, 0, 51, 102, 153, 102, 153].map(toValue));
  });
});

describe('sourceEncoders.masked', () => {
  const picture = rowOf(4, 10, 20, 30, 127, 40, 50, 60, 128);

  it.each([
    ['colours', 4, [0, toValue(40), 0, toValue(50), 0, toValue(60), 1, -1]],
    // 0.299 * 40 + 0.587 * 50 + 0.114 * 60 = 48.15
    ['grey', 2, [0, toValue(48), 1, -1]],
  ])('gives %s and a mask: 0 and 1 in holes, -1 elsewhere', (_, channels, expected) => {
    expect(encode(picture, { channels, encoding: 'masked' })).toEqual(expected);
  });
});

describe('sourceEncoders.classes', () => {
  const map: ModelSource = {
    channels: 3,
    encoding: 'classes',
    classes: [
      { name: 'sky', color: [255, 255, 255] },
      { name: 'tree', color: [0, 128, 0] },
      { name: 'roof', color: [128, 0, 0] },
    ],
  };

  it('gives each pixel 1 in the channel of the nearest colour, on white', () => {
    const picture = rowOf(4, 0, 90, 0, 255, 0, 90, 0, 0, 100, 40, 20, 255);
    expect(encode(picture, map)).toEqual([0, 1, 0, 1, 0, 0, 0, 0, 1]);
  });

  it('takes the first of two that are as near', () => {
    expect(encode(rowOf(1, 64), map)).toEqual([0, 1, 0]);
  });
});
