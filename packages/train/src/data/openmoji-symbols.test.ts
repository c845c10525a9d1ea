import { describe, expect, it } from 'vitest';
import { packageFolder } from './dataset.js';
import { chooseSymbols } from './openmoji-symbols.js';

describe('chooseSymbols', () => {
  it('leaves out skin tones, flags, extras, what color does not change, and equal outlines', async () => {
    const told: number[] = [];
    const onProgress = (done: number) => told.push(done);
    const names = await chooseSymbols(packageFolder('openmoji'), { onProgress });
    // What is published: results can be compared only while it stays.
    expect(new Set(names).size).toBe(1573);
    expect(names).toHaveLength(1573);
    const has = (name: string) => names.includes(name);
    // A hand, and one with a skin tone; a skin tone; flags of Ascension and of England; a brand; a copyright sign, black
    // in both.
    const others = [
      '1F44B-1F3FB',
      '1F3FB',
      '1F1E6-1F1E8',
      '1F3F4-E0067-E0062-E0065-E006E-E0067-E007F',
    ];
    expect([has('1F44B'), ...[...others, 'E040', '00A9'].map(has)]).toEqual([
      true,
      ...new Array(6).fill(false),
    ]);
    // A red heart, and an orange one with its outline.
    expect(['2764', '1F9E1'].map(has)).toEqual([true, false]);
    expect(told.length).toBeGreaterThan(names.length);
  });
});
