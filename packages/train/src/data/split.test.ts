import { describe, expect, it } from 'vitest';
import { halfOf, splitOf } from './split.js';

describe('splitOf', () => {
  // First eight digits by `printf %s NAME | sha256sum`; 0.1 of all is 19999999.
  it.each([
    ['1F914', '0241dadd', 'test'],
    ['1F61C', '0f3719cf', 'test'],
    ['1F3A8', '12257d76', 'test'],
    ['1F62A', '195541e4', 'test'],
    ['1F9CB', '1998efbf', 'test'],
    ['1F40E', '19a3c552', 'train'],
    ['1F431', '2bd44b22', 'train'],
    ['2615', '332d88d6', 'train'],
    ['1F436', '8761c7c0', 'train'],
    ['1F435', 'fe048a7f', 'train'],
  ] as const)('puts %s, whose hash begins %s, into %s', (name, _, split) => {
    expect(splitOf(name)).toBe(split);
  });

  it('puts about one name in ten into test, the same share in both halves', () => {
    const names = Array.from({ length: 10_000 }, (_, i) => `picture-${i}`);
    const measured = names.filter((name) => splitOf(name) === 'test');
    // Five standard deviations of a binomial: 5 * sqrt(10,000 * 0.1 * 0.9) = 150, 5 * sqrt(1000) / 2 = 79.
    expect(Math.abs(measured.length - 1000)).toBeLessThan(150);
    const inA = measured.filter((name) => halfOf(name) === 'a').length;
    expect(Math.abs(inA - measured.length / 2)).toBeLessThan(79);
  });
});

describe('halfOf', () => {
  // The next eight digits of the same hashes; half of all is 80000000.
  it.each([
    ['1F914', '0373fd8e', 'a'],
    ['2615', '2030ed15', 'a'],
    ['1F435', '4f837ebe', 'a'],
    ['1F61C', 'd9c72136', 'b'],
    ['1F62A', 'f27d600f', 'b'],
    ['1F431', '8e1c61e7', 'b'],
  ] as const)('puts %s, whose hash goes on %s, into %s', (name, _, half) => {
    expect(halfOf(name)).toBe(half);
  });
});
