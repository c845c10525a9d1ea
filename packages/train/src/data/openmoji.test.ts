import { pictureAt } from '@ganvas/core';
import { describe, expect, it } from 'vitest';
import { loadLabelPairs, loadPairs, loadPictures, loadUnpaired } from './load.js';
import type { Pictures } from './pictures.js';

const size = { width: 24, height: 24 };
const train = { ...size, split: 'train' } as const;
const test = { ...size, split: 'test' } as const;

/** Byte for byte, which `toEqual` does not bear for so many. */
const isSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.from(a).equals(b);

describe('loadPairs of openmoji', () => {
  it('parts its symbols once for all', async () => {
    const [forTraining, forTest] = [
      await loadPairs('openmoji', train),
      await loadPairs('openmoji', test),
    ];
    // What is published: results can be compared only while these stay.
    expect([forTraining.input.count, forTest.input.count]).toEqual([1427, 146]);
    const all = new Set([...forTraining.input.names, ...forTest.input.names]);
    expect(all.size).toBe(1427 + 146);
    for (const { input, target } of [forTraining, forTest]) {
      expect(target.names).toEqual(input.names);
      expect(target.data).toHaveLength(input.count * 24 * 24 * 3);
    }
    // See split.test.ts for the hashes.
    expect(forTest.input.names).toEqual(
      expect.arrayContaining(['1F914', '1F61C', '1F3A8', '1F62A']),
    );
    expect(forTraining.input.names).toEqual(
      expect.arrayContaining(['1F435', '1F436', '1F431', '2615']),
    );
  });

  it('takes semantic maps of the same symbols, every pixel of the color of a class', async () => {
    const { input, target } = await loadLabelPairs('openmoji-labels', test);
    const { classes } = await loadLabelPairs('openmoji-labels', train);
    const pairs = await loadPairs('openmoji', test);
    expect(input.names).toEqual(pairs.input.names);
    expect(isSame(target.data, pairs.target.data)).toBe(true);
    const colors = new Set(classes.map(({ color }) => color.join()));
    expect(colors.size).toBe(25);
    const painted = new Set<string>();
    for (let at = 0; at < input.data.length; at += 3) {
      painted.add(input.data.subarray(at, at + 3).join());
    }
    expect([...painted].filter((color) => !colors.has(color))).toEqual([]);
    expect(painted.size).toBeGreaterThan(20);
  });

  it('takes the colored ones as pictures', async () => {
    const pictures = await loadPictures('openmoji', test);
    const { target } = await loadPairs('openmoji', test);
    expect(pictures.names).toEqual(target.names);
    expect(isSame(pictures.data, target.data)).toBe(true);
  });

  it('tells how many are drawn, and ends by its signal', async () => {
    const told: number[][] = [];
    await loadPairs('openmoji', { ...test, onProgress: (done, total) => told.push([done, total]) });
    expect(told.at(-1)).toEqual([2 * 146, 2 * 146]);
    const signal = AbortSignal.abort(new Error('enough'));
    // Of a size that no cache has.
    const size = { width: 7, height: 1000 + (Date.now() % 1000) };
    await expect(loadPairs('openmoji', { ...test, ...size, signal })).rejects.toThrow('enough');
  });
});

describe('loadUnpaired of openmoji', () => {
  it('takes outlines and colors of different symbols, and knows what each hides', async () => {
    const pairs = await loadPairs('openmoji', test);
    const { a, b, truth } = await loadUnpaired('openmoji', test);
    expect([...a.names, ...b.names].sort()).toEqual([...pairs.input.names].sort());
    expect(a.names.filter((name) => b.names.includes(name))).toEqual([]);
    expect([truth?.b.names, truth?.a.names]).toEqual([a.names, b.names]);
    const all = (pictures: Pictures | undefined, of: Pictures) =>
      pictures?.names.every((name, i) =>
        isSame(pictureAt(pictures, i).data, pictureAt(of, of.names.indexOf(name)).data),
      );
    expect([all(a, pairs.input), all(truth?.a, pairs.input)]).toEqual([true, true]);
    expect([all(b, pairs.target), all(truth?.b, pairs.target)]).toEqual([true, true]);
    // 1F914 hashes to 0241dadd 0373fd8e, and 1F61C to 0f3719cf d9c72136.
    expect([a.names.includes('1F914'), b.names.includes('1F61C')]).toEqual([true, true]);
  });
});
