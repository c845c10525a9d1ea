import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noise, slope } from '../testing/drawn-pictures.js';
import type { FeatureExtractor, Features } from './metric.js';
import { openNsfwFeatures } from './nsfw-features.js';

// From PyTorch: ../../test-vectors/metrics.py.
const vectors = new URL('../../test-vectors/metrics.json', import.meta.url);
const expected: readonly { sum: number; every48: number[] }[] = JSON.parse(
  await readFile(vectors, 'utf8'),
).features;

const size = { width: 40, height: 32 };
const color = { ...size, channels: 3 };

let features: FeatureExtractor;
beforeAll(async () => {
  features = await openNsfwFeatures(size);
}, 60_000);
afterAll(() => features.dispose());

const rowOf = ({ data, size: width }: Features, row: number): number[] => [
  ...data.subarray(row * width, (row + 1) * width),
];

describe('openNsfwFeatures', () => {
  it.each([
    ['noise', noise(1, color), expected[0]],
    ['a smooth picture', slope(color), expected[1]],
  ])('finds in %s what PyTorch finds', async (_, picture, wanted) => {
    const found = await features.extract(picture);
    expect(found).toMatchObject({ count: 1, size: 768 });
    const sum = found.data.reduce((a, b) => a + b, 0);
    // float32 in another order: 1e-4 of sums near 150, 1e-5 of features near 1.
    expect(sum / (wanted?.sum ?? 0)).toBeCloseTo(1, 5);
    wanted?.every48.forEach((value, i) => {
      expect(found.data[i * 48]).toBeCloseTo(value, 4);
    });
  });

  it('finds in each of several pictures what it finds in it alone, grey as three channels', async () => {
    const grey = noise(2, { ...size, channels: 1 });
    const tripled = {
      ...color,
      count: 1,
      data: Uint8Array.from(
        { length: grey.data.length * 3 },
        (_, i) => grey.data[Math.floor(i / 3)] as number,
      ),
    };
    const both = {
      ...tripled,
      count: 2,
      data: Uint8Array.from([...slope(color).data, ...tripled.data]),
    };
    const alone = rowOf(await features.extract(grey), 0);
    const second = rowOf(await features.extract(both), 1);
    expect(Math.max(...second.map((value, i) => Math.abs(value - (alone[i] ?? 0))))).toBeLessThan(
      1e-5,
    );
  });
});
