import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { drawBytes } from '../testing/drawn-pictures.js';
import { kernelDistance } from './kid.js';
import type { Features } from './metric.js';

const vectors = new URL('../../test-vectors/metrics.json', import.meta.url);

const rows = (size: number, numbers: ArrayLike<number>): Features => ({
  data: Float32Array.from(numbers),
  count: numbers.length / size,
  size,
});

/** Features that are uniform in [`from`, `from` + 1). */
const spread = (seed: number, count: number, from: number): Features =>
  rows(
    4,
    Float32Array.from(drawBytes(seed, 4 * count), (byte) => from + byte / 256),
  );

describe('kernelDistance', () => {
  it('is the hand-worked distance of two tiny sets', () => {
    // d = 1, so k(x, y) = (x y + 1)^3. Within {0, 0, 1, 1}: of 12 ordered pairs the 2 of ones are 8, the rest 1, in all
    // 26 / 12. Within {2, 2, 2, 2}: 5^3 = 125. Between: 8 of 1 and 8 of 3^3 = 27 of 16, in the mean 14.
    const { value } = kernelDistance(rows(1, [0, 0, 1, 1]), rows(1, [2, 2, 2, 2]));
    expect(value).toBeCloseTo(26 / 12 + 125 - 2 * 14, 10);
  });

  it('is what numpy finds for sets of different sizes', async () => {
    const { kid } = JSON.parse(await readFile(vectors, 'utf8'));
    const all = Float32Array.from(drawBytes(7, 12 * 5), (byte) => byte / 64);
    const { value } = kernelDistance(rows(5, all.slice(0, 35)), rows(5, all.slice(35)));
    expect(value).toBeCloseTo(kid, 10);
  });

  it('is zero within its deviation for two samples of one distribution, and not for others', () => {
    const same = kernelDistance(spread(1, 200, 0), spread(2, 200, 0));
    const other = kernelDistance(spread(1, 200, 0), spread(2, 200, 0.5));
    const [error, otherError] = [same.deviation ?? 0, other.deviation ?? 0];
    expect(error).toBeGreaterThan(0);
    // Three standard errors: a fixed draw, so this never fails by chance.
    expect(Math.abs(same.value)).toBeLessThan(3 * error);
    expect(other.value).toBeGreaterThan(10 * otherError);
  });

  it('tells by its deviation how far estimates from other samples are', () => {
    const found = Array.from({ length: 60 }, (_, i) =>
      kernelDistance(spread(2 * i + 1, 40, 0), spread(2 * i + 2, 40, 0.3)),
    );
    const mean = found.reduce((sum, { value }) => sum + value, 0) / found.length;
    const variance = found.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / found.length;
    const told = found.reduce((sum, { deviation = 0 }) => sum + deviation, 0) / found.length;
    // 60 samples tell a standard deviation to about 10 %, and a half is not quite the whole.
    expect(told / Math.sqrt(variance)).toBeGreaterThan(0.7);
    expect(told / Math.sqrt(variance)).toBeLessThan(1.4);
  });

  it('is the mean over subsets of 1,000 where there are more', () => {
    // Equal rows, so that only the other set varies.
    const real = rows(4, new Float32Array(16).fill(1));
    const few = kernelDistance(spread(1, 1000, 0), real);
    const many = kernelDistance(spread(1, 1100, 0), real);
    // Parts of a share f vary about the whole by (1 - f) / f of its own variance: halves by 1, 1,000 of 1,100 by 0.1.
    const expected = Math.sqrt(0.1 * (1000 / 1100));
    // 100 subsets tell a deviation to about 7 %.
    expect((many.deviation ?? 0) / (few.deviation ?? 0) / expected).toBeGreaterThan(0.7);
    expect((many.deviation ?? 0) / (few.deviation ?? 0) / expected).toBeLessThan(1.4);
    expect(Math.abs(many.value - few.value)).toBeLessThan(3 * (few.deviation ?? 0));
  });

  it('gives the same numbers again', () => {
    const [a, b] = [spread(3, 20, 0), spread(4, 20, 0.1)];
    expect(kernelDistance(a, b)).toEqual(kernelDistance(a, b));
  });
});
