import { describe, expect, it } from 'vitest';
import {
  createLabelBatches,
  createPairBatches,
  createPictureBatches,
  createUnpairedBatches,
} from './pair-batches.js';
import type { Pictures } from './pictures.js';

const [width, height] = [8, 8];
const size = width * height * 3;

/** Pictures of noise, of which no two are alike, from a number on. */
function noise(count: number, from = 0): Pictures {
  const data = Uint8Array.from(
    { length: count * size },
    (_, i) => Math.imul(i + from * size + 1, 2654435761) >>> 24,
  );
  return {
    names: Array.from({ length: count }, (_, i) => `${i}`),
    count,
    width,
    height,
    channels: 3,
    data,
  };
}

/** Pictures of one grey each: the number of the picture. */
function numbered(count: number, from = 0): Pictures {
  const data = Uint8Array.from({ length: count * size }, (_, i) => from + Math.floor(i / size));
  return { ...noise(count), data };
}

/** The numbers of `numbered` pictures in a batch; all of a picture's values must be equal. */
function numbersIn(batch: Float32Array): number[] {
  return Array.from({ length: batch.length / size }, (_, n) => {
    const values = batch.subarray(n * size, (n + 1) * size);
    const number = ((values[0] as number) + 1) * 127.5;
    for (const value of values) expect((value + 1) * 127.5).toBeCloseTo(number, 3);
    return Math.round(number);
  });
}

const options = { batchSize: 5, key: [3, 4], augment: true } as const;

describe('createPairBatches', () => {
  it('moves both pictures of a pair alike, and each pair in a way of its own', () => {
    const same = noise(7);
    const batchAt = createPairBatches({ source: 'test', input: same, target: same }, options);
    const still = createPairBatches(
      { source: 'test', input: same, target: same },
      { ...options, augment: false },
    );
    let movedCount = 0;
    for (let index = 0; index < 40; index++) {
      const { input, target } = batchAt(index);
      expect(input).toEqual(target);
      if (input.some((value, i) => value !== still(index).input[i])) movedCount++;
    }
    expect(movedCount).toBe(40);
  });

  it('shows every pair once an epoch, input and target of one pair together', () => {
    const pairs = { source: 'test', input: numbered(10), target: numbered(10, 100) };
    const batchAt = createPairBatches(pairs, options);
    for (let epoch = 0; epoch < 3; epoch++) {
      const shown = [0, 1].flatMap((half) => {
        const { input, target } = batchAt(2 * epoch + half);
        expect(numbersIn(target)).toEqual(numbersIn(input).map((number) => number + 100));
        return numbersIn(input);
      });
      expect(shown.sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
  });

  it('gives the same batch without those before it, and another for another key', () => {
    const pairs = { source: 'test', input: noise(7), target: noise(7, 7) };
    const one = createPairBatches(pairs, options);
    const all = Array.from({ length: 9 }, (_, index) => one(index));
    const other = createPairBatches(pairs, options);
    for (const index of [8, 2, 5]) expect(other(index)).toEqual(all[index]);
    expect(createPairBatches(pairs, { ...options, key: [3, 5] })(0)).not.toEqual(all[0]);
  });

  it('refuses pictures of one channel', () => {
    const grey = { ...noise(3), channels: 1 };
    expect(() => createPairBatches({ source: 'test', input: grey, target: grey }, options)).toThrow(
      'pictures: expected 3 channels, got 1',
    );
  });
});

describe('createLabelBatches', () => {
  it('moves a map with its picture and gives it one-hot', () => {
    const classes = [0, 100, 200].map((level) => ({
      name: `${level}`,
      color: [level, level, level] as const,
    }));
    // Black to the left, and a class of the picture's own to the right.
    const levels = [100, 200, 100, 200];
    const data = Uint8Array.from({ length: levels.length * size }, (_, i) =>
      Math.floor((i % size) / 3) % width < 4 ? 0 : (levels[Math.floor(i / size)] as number),
    );
    const input = { ...noise(levels.length), data };
    const batchAt = createLabelBatches({ source: 'test', input, target: input, classes }, options);
    const seen = new Set<number>();
    for (let index = 0; index < 20; index++) {
      const batch = batchAt(index);
      for (let n = 0; n < 5; n++) {
        const shades = batch.target.subarray(n * size, (n + 1) * size);
        const brightest = (Math.max(...shades) + 1) * 127.5;
        for (let pixel = 0; pixel < width * height; pixel++) {
          const at = 3 * (n * width * height + pixel);
          const hot = [...batch.input.subarray(at, at + 3)];
          expect([...hot].sort()).toEqual([0, 0, 1]);
          seen.add(hot.indexOf(1));
          // The class of the nearer of two pixels that are mixed: off by at most half of their difference.
          const shade = ((shades[3 * pixel] as number) + 1) * 127.5;
          const off = Math.abs(shade - 100 * hot.indexOf(1));
          expect(off).toBeLessThan(brightest / 2 + 1e-3);
        }
      }
    }
    expect([...seen].sort()).toEqual([0, 1, 2]);
  });
});

describe('createUnpairedBatches', () => {
  it('shows all of each domain once in its epoch, in orders that do not follow one another', () => {
    const domains = { source: 'test', a: numbered(10), b: numbered(15, 100) };
    const batchAt = createUnpairedBatches(domains, options);
    const batches = Array.from({ length: 6 }, (_, index) => batchAt(index));
    const shown = batches.map(({ a, b }) => ({ a: numbersIn(a), b: numbersIn(b) }));
    const first = shown.slice(0, 2).flatMap(({ a }) => a);
    expect([...first].sort((x, y) => x - y)).toEqual(Array.from({ length: 10 }, (_, i) => i));
    const inB = shown.slice(0, 3).flatMap(({ b }) => b);
    expect([...inB].sort()).toEqual(Array.from({ length: 15 }, (_, i) => 100 + i));
    const both = createUnpairedBatches({ ...domains, b: numbered(10) }, options)(0);
    expect(numbersIn(both.a)).not.toEqual(numbersIn(both.b));
  });
});

describe('createPictureBatches', () => {
  it('gives pictures that only mirror their values where they are mirrored', () => {
    const pictures = noise(6);
    const batch = createPictureBatches(pictures, { ...options, augment: 'mirror' })(0);
    const kept = (values: Uint8Array | Float32Array) => [...values].sort((x, y) => x - y).join();
    const wanted = new Set(
      Array.from({ length: 6 }, (_, n) =>
        kept(
          Float32Array.from(pictures.data.subarray(n * size, (n + 1) * size), (v) => v / 127.5 - 1),
        ),
      ),
    );
    for (let n = 0; n < 5; n++) {
      expect(wanted).toContain(kept(batch.subarray(n * size, (n + 1) * size)));
    }
  });
});
