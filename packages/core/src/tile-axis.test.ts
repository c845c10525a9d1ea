import { describe, expect, it } from 'vitest';
import { planAxis, reflectedIndex, tileWeights } from './tile-axis.js';

describe('reflectedIndex', () => {
  // What numpy 2 prints for np.pad(np.arange(length), (0, n), mode='reflect').
  it.each([
    [1, [0, 0, 0, 0]],
    [2, [0, 1, 0, 1, 0]],
    [4, [0, 1, 2, 3, 2, 1, 0, 1, 2, 3, 2]],
  ])('reflects a row of %i again and again, without repeating its ends', (length, expected) => {
    expect(expected.map((_, i) => reflectedIndex(i, length))).toEqual(expected);
  });
});

describe('planAxis', () => {
  it.each([
    [1, 128, 128],
    [50, 16, 64],
    [512, 16, 512],
    // More than tileSize, but two multiples are needed anyway.
    [700, 400, 800],
  ])('does a side of %i, of multiple %i, in one piece of %i', (length, multiple, size) => {
    const plan = planAxis(length, { tileSize: 512, multiple });
    expect(plan).toEqual({ length, size, starts: [0], overlap: 0 });
  });

  it('makes pieces as small as their number allows', () => {
    // 33 multiples, 4 of them shared: two pieces of ceil(29 / 2) + 4 = 19.
    const plan = planAxis(520, { tileSize: 512, multiple: 16 });
    expect(plan).toEqual({ length: 520, size: 304, starts: [0, 224], overlap: 64 });
  });

  const sides = [...Array(400).keys()].map((i) => i + 1);
  it.each([
    [1, 16],
    [4, 16],
    [4, 32],
    [8, 8],
    [16, 100],
    [3, 7],
  ])(
    'covers every side in overlapping pieces on the grid, multiple %i, tile %i',
    (multiple, tileSize) => {
      for (const length of sides) {
        const { size, starts, overlap } = planAxis(length, { tileSize, multiple });
        const padded = Math.ceil(length / multiple) * multiple;
        expect(starts[0]).toBe(0);
        expect((starts.at(-1) as number) + size).toBe(padded);
        expect(size).toBeLessThanOrEqual(Math.max(2, Math.ceil(tileSize / multiple)) * multiple);
        expect([...starts, size].every((each) => each % multiple === 0)).toBe(true);
        const shared = starts.slice(1).map((start, i) => (starts[i] as number) + size - start);
        expect(shared.every((each) => each >= overlap && each >= multiple)).toBe(true);
      }
    },
  );

  it.each([
    [1, 16, 1],
    [4, 16, 2],
    [4, 32, 1],
    [8, 8, 4],
    [16, 100, 1],
    [3, 7, 2],
  ])(
    'weighs pieces so that they sum to one, multiple %i, tile %i, scale %i',
    (multiple, tileSize, scale) => {
      for (const length of sides) {
        const plan = planAxis(length, { tileSize, multiple });
        const sums = new Float64Array(Math.ceil(length / multiple) * multiple * scale);
        for (const [i, start] of plan.starts.entries()) {
          const weights = tileWeights(plan, i, scale);
          expect(weights.every((weight) => weight >= 0 && weight <= 1)).toBe(true);
          for (const [at, weight] of weights.entries()) {
            (sums[start * scale + at] as number) += weight;
          }
        }
        // Two float32 numbers of at most one are added.
        expect(sums.every((sum) => Math.abs(sum - 1) < 1e-6)).toBe(true);
      }
    },
  );
});

describe('tileWeights', () => {
  it('rises over the middle half of the overlap as a raised cosine, by each pixel of the result', () => {
    // Two pieces of 12 that share 8, of 16: the rise is from 6 to 10.
    const plan = { length: 16, size: 12, starts: [0, 4], overlap: 8 };
    const rise = [0.5, 1.5, 2.5, 3.5].map((x) => 0.5 - 0.5 * Math.cos((Math.PI * x) / 4));
    const second = [0, 0, ...rise, 1, 1, 1, 1, 1, 1];
    for (const [i, weight] of tileWeights(plan, 1, 1).entries()) {
      expect(weight).toBeCloseTo(second[i] as number, 6);
    }
    const finer = tileWeights(plan, 1, 2);
    expect(finer).toHaveLength(24);
    expect(finer[4]).toBeCloseTo(0.5 - 0.5 * Math.cos((Math.PI * 0.25) / 4), 6);
  });
});
