import { describe, expect, it } from 'vitest';
import { affineOf, planProbes, spellAffine } from './probes.js';

const probes = planProbes(['N', 'H', 'W'], 8);
/** How a number that is made of the sizes is spelled. */
const spell = (numberOf: (n: number, h: number, w: number) => number): string | undefined => {
  const affine = affineOf(
    probes.probes.map(({ N, H, W }) => numberOf(N, H, W)),
    probes,
  );
  return affine && spellAffine(affine, 8);
};

describe('planProbes', () => {
  it('changes one size at a time, and all at last', () => {
    const [base, ...others] = probes.probes;
    const changed = others.map((each) =>
      (['N', 'H', 'W'] as const).filter((size) => each[size] !== base?.[size]),
    );
    expect(changed).toEqual([['N'], ['H'], ['W'], ['N', 'H', 'W']]);
  });

  it.each([1, 3, 8, 128])('has sides that are multiples of %i and never equal', (multiple) => {
    for (const { H, W } of planProbes(['N', 'H', 'W'], multiple).probes) {
      expect([H % multiple, W % multiple, H === W]).toEqual([0, 0, false]);
    }
  });
});

describe('affineOf', () => {
  it.each([
    ['N', (n: number) => n],
    ['2*H', (_: number, h: number) => 2 * h],
    ['W/4+1', (_: number, __: number, w: number) => w / 4 + 1],
    ['3*H/2-6', (_: number, h: number) => 1.5 * h - 6],
    ['4*N+H', (n: number, h: number) => 4 * n + h],
    ['7', () => 7],
  ])('knows %s', (expected, numberOf) => {
    expect(spell(numberOf)).toBe(expected);
  });

  it.each([
    ['a square', (_: number, h: number) => h * h],
    ['a product of two sizes', (_: number, h: number, w: number) => h * w],
    ['a share that is rounded', (_: number, h: number) => Math.floor(h / 16)],
    ['a larger one of two', (_: number, h: number, w: number) => Math.max(h, w)],
  ])('knows that %s is no sum of multiples', (_, numberOf) => {
    expect(spell(numberOf)).toBeUndefined();
  });
});
