import { lumaOf, toByte } from '@ganvas/core';
import { describe, expect, it } from 'vitest';
import { derivations } from './derivations.js';
import { drawHoles } from './holes.js';
import { paintSource } from './paint-source.js';

const key = [21, 22] as const;
const toValue = (byte: number): number => byte / 127.5 - 1;

/** Pictures of which each byte is another. */
const picturesOf = (count: number, height: number, width: number, channels = 3) => {
  const shape = { count, height, width, channels };
  const length = count * height * width * channels;
  const bytes = Uint8Array.from({ length }, (_, i) => (i * 37) % 256);
  return { shape, bytes, pictures: Float32Array.from(bytes, toValue) };
};

describe('derivations.gray', () => {
  it('gives the grey that a translator is given in use', () => {
    const { shape, bytes, pictures } = picturesOf(2, 4, 5);
    const source = derivations.gray.derive(pictures, shape, key);
    expect(source).toHaveLength(2 * 4 * 5);
    source.forEach((value, pixel) => {
      const [red, green, blue] = bytes.subarray(3 * pixel, 3 * pixel + 3);
      const luma = lumaOf(red as number, green as number, blue as number);
      expect(value).toBe(Math.fround(toValue(luma)));
    });
  });
});

describe('derivations.masked', () => {
  it('keeps a picture but for its holes, which are 0, and says where they are', () => {
    const { shape, bytes, pictures } = picturesOf(3, 16, 12);
    const { masked } = derivations;
    expect(masked.describe(3)).toEqual({ channels: 4, encoding: 'masked' });
    const source = masked.derive(pictures, shape, key);
    for (let pixel = 0; pixel < 3 * 16 * 12; pixel++) {
      const [red, green, blue, mask] = source.subarray(4 * pixel, 4 * pixel + 4);
      const kept = Array.from(bytes.subarray(3 * pixel, 3 * pixel + 3), (x) =>
        Math.fround(toValue(x)),
      );
      expect([red, green, blue]).toEqual(mask === 1 ? [0, 0, 0] : kept);
      expect([1, -1]).toContain(mask);
    }
    const masks = [0, 1, 2].map((n) =>
      source.filter((_, i) => i % 4 === 3).slice(n * 192, (n + 1) * 192),
    );
    expect(masks[0]).not.toEqual(masks[1]);
  });
});

describe.each([
  ['half', 2],
  ['quarter', 4],
] as const)('derivations.%s', (name, scale) => {
  it('gives the mean of each square, channel by channel', () => {
    const { shape, pictures } = picturesOf(2, 8, 12);
    const source = derivations[name].derive(pictures, shape, key);
    const [height, width] = [8 / scale, 12 / scale];
    expect(source).toHaveLength(2 * height * width * 3);
    const meanAt = (n: number, y: number, x: number, c: number): number => {
      let sum = 0;
      for (let i = 0; i < scale; i++) {
        for (let j = 0; j < scale; j++) {
          sum += pictures[((n * 8 + y * scale + i) * 12 + x * scale + j) * 3 + c] as number;
        }
      }
      return sum / scale ** 2;
    };
    source.forEach((value, i) => {
      const [c, x] = [i % 3, Math.floor(i / 3) % width];
      const [y, n] = [Math.floor(i / 3 / width) % height, Math.floor(i / 3 / width / height)];
      expect(value).toBeCloseTo(meanAt(n, y, x, c), 5);
    });
  });
});

describe('drawHoles', () => {
  const shares = Array.from({ length: 300 }, (_, n) => {
    const holes = drawHoles([31, n], { height: 24, width: 32 });
    return holes.reduce((sum, hole) => sum + hole, 0) / holes.length;
  });

  it('leaves something of each picture, and takes something from each', () => {
    expect(Math.min(...shares)).toBeGreaterThan(0);
    expect(Math.max(...shares)).toBeLessThan(1);
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    // Rectangles of a third of each side take a ninth; strokes about as much.
    expect(mean).toBeGreaterThan(0.08);
    expect(mean).toBeLessThan(0.35);
  });

  it('draws the same holes for one key, and others for another', () => {
    const size = { height: 24, width: 32 };
    expect(drawHoles([1, 2], size)).toEqual(drawHoles([1, 2], size));
    expect(drawHoles([1, 2], size)).not.toEqual(drawHoles([1, 3], size));
  });

  it('can draw on a picture of a few pixels', () => {
    for (let n = 0; n < 50; n++) {
      const holes = drawHoles([41, n], { height: 2, width: 2 });
      expect(new Set(holes).size).toBe(2);
    }
  });
});

describe('paintSource', () => {
  it('paints holes grey, and classes in their colors', () => {
    const holed = paintSource(
      { channels: 4, encoding: 'masked' },
      Float32Array.of(1, -1, toValue(7), -1, 0, 0, 0, 1),
      { count: 1, height: 1, width: 2 },
    );
    expect(holed).toMatchObject({ channels: 3, width: 2 });
    expect([...holed.data]).toEqual([255, 0, 7, 128, 128, 128]);
    const classes = [
      { name: 'sky', color: [1, 2, 3] as [number, number, number] },
      { name: 'sea', color: [4, 5, 6] as [number, number, number] },
    ];
    const map = paintSource(
      { channels: 2, encoding: 'classes', classes },
      Float32Array.of(0, 1, 1, 0),
      { count: 1, height: 2, width: 1 },
    );
    expect([...map.data]).toEqual([4, 5, 6, 1, 2, 3]);
    const gray = paintSource({ channels: 1, encoding: 'picture' }, Float32Array.of(toValue(9)), {
      count: 1,
      height: 1,
      width: 1,
    });
    expect([...gray.data]).toEqual([9]);
    expect(toByte(toValue(9))).toBe(9);
  });
});
