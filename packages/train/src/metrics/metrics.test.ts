import { readFile } from 'node:fs/promises';
import type { Pixels } from '@ganvas/core';
import { describe, expect, it } from 'vitest';
import { near, noise, slope } from '../testing/drawn-pictures.js';
import { l1 } from './l1.js';
import { psnr } from './psnr.js';
import { ssim } from './ssim.js';

interface Case {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly l1: number;
  readonly psnr: number;
  readonly ssim: number;
}

// From a second implementation: ../../test-vectors/metrics.py.
const vectors = new URL('../../test-vectors/metrics.json', import.meta.url);
const cases: readonly Case[] = JSON.parse(await readFile(vectors, 'utf8')).pairs;

const drawn: Readonly<Record<string, (size: Case) => [Pixels, Pixels]>> = {
  'noise and noise': (size) => [noise(1, size), noise(2, size)],
  'slope and near it': (size) => [slope(size), near(slope(size), 3)],
  'grey slope and near it': (size) => [slope(size), near(slope(size), 4)],
};

const picturesOf = (each: Case): [Pixels, Pixels] => {
  const { width, height, channels } = each;
  const draw = drawn[each.name];
  if (!draw) throw new Error(`${each.name}: expected a picture of this name`);
  return draw({ ...each, width, height, channels });
};

const one = (...data: number[]): Pixels => ({
  count: 1,
  width: data.length,
  height: 1,
  channels: 1,
  data: Uint8Array.from(data),
});

// Double precision throughout: only the order of the sums differs.
const digits = 10;

describe.each(cases)('of $name', (each) => {
  const [a, b] = picturesOf(each);

  it('l1 is what numpy finds', () => expect(l1(a, b)).toBeCloseTo(each.l1, digits));
  it('psnr is what numpy finds', () => expect(psnr(a, b)).toBeCloseTo(each.psnr, digits));
  it('ssim is what a window in two dimensions finds', () =>
    expect(ssim(a, b)).toBeCloseTo(each.ssim, digits));
});

describe('l1', () => {
  it('is 1 between black and white, and the mean over all values', () => {
    expect(l1(one(0, 0), one(255, 255))).toBe(1);
    expect(l1(one(0, 10), one(51, 10))).toBeCloseTo(0.1, 12);
  });
});

describe('psnr', () => {
  it('is 0 dB between black and white, 20 dB at a tenth of the range', () => {
    expect(psnr(one(0, 0), one(255, 255))).toBe(0);
    // 10 log10(255^2 / 25.5^2), with 25.5^2 = (25^2 + 26^2 + ...): bytes 51 and 0 have a mean square of 1300.5.
    expect(psnr(one(0, 0), one(51, 0))).toBeCloseTo(10 * Math.log10(50), 12);
  });

  it('counts equal pictures as 100 dB, so that a mean over pictures is finite', () => {
    expect(psnr(one(3, 4), one(3, 4))).toBe(100);
  });
});

describe('ssim', () => {
  const plain = (value: number): Pixels => ({
    ...slope({ width: 11, height: 11, channels: 1 }),
    data: new Uint8Array(121).fill(value),
  });

  it('is 1 between equal pictures', () => {
    const picture = noise(5, { width: 15, height: 12, channels: 3 });
    expect(ssim(picture, picture)).toBeCloseTo(1, 12);
  });

  it('compares the brightness alone of plain pictures', () => {
    // Without variance the formula is (2 x y + C1) / (x^2 + y^2 + C1), with C1 = 6.5025.
    const expected = (2 * 100 * 150 + 6.5025) / (100 ** 2 + 150 ** 2 + 6.5025);
    expect(ssim(plain(100), plain(150))).toBeCloseTo(expected, 9);
  });
});
