import { describe, expect, it } from 'vitest';
import { exactLog, normalQuantile } from './normal.js';

describe('exactLog', () => {
  it('is within two units in the last place of Math.log', () => {
    for (let x = 2 ** -53; x < 1; x *= 1.037) {
      const expected = Math.log(x);
      expect(Math.abs(exactLog(x) - expected)).toBeLessThanOrEqual(
        2 * Math.abs(expected) * 2 ** -52 + 2 ** -53,
      );
    }
  });
});

describe('normalQuantile', () => {
  // Python 3.11, statistics.NormalDist().inv_cdf
  it.each([
    [0.5, 0],
    [0.975, 1.9599639845400536],
    [0.84, 0.9944578832097528],
    [1e-10, -6.361340902404056],
    [1e-15, -7.941345326170995],
    [0.07, -1.4757910281791702],
  ])('of %s is %s', (p, z) => {
    expect(normalQuantile(p)).toBeCloseTo(z, 13);
  });

  it('is odd around one half', () => {
    for (const p of [0.001, 0.1, 0.3, 0.49]) {
      expect(normalQuantile(1 - p)).toBeCloseTo(-normalQuantile(p), 12);
    }
  });
});
