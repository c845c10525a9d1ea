import { describe, expect, it } from 'vitest';
import { findBatchSizes, type RunRows, splitIntoBatches } from './batch-sizes.js';

const rowSize = 5;
const toRows = (seeds: readonly number[], at: (seed: number, row: number) => number) =>
  Float32Array.from({ length: seeds.length * rowSize }, (_, i) => {
    const row = Math.floor(i / rowSize);
    return at(seeds[row] as number, row) + (i % rowSize);
  });

describe('findBatchSizes', () => {
  it('allows every size where a row depends on its seed alone', async () => {
    const run: RunRows = async (seeds) => toRows(seeds, (seed) => Math.sin(seed));
    expect(await findBatchSizes(run)).toEqual([8, 4, 2, 1]);
  });

  it('allows none but 1 where the last bit depends on whether there is a batch', async () => {
    const run: RunRows = async (seeds) =>
      toRows(seeds, (seed) => (1 + seed / 10) * (seeds.length > 1 ? 1 + 2 ** -23 : 1));
    expect(await findBatchSizes(run)).toEqual([1]);
  });

  it('leaves out the size that differs', async () => {
    const run: RunRows = async (seeds) =>
      toRows(seeds, (seed) => seed + (seeds.length === 4 ? 1 : 0));
    expect(await findBatchSizes(run)).toEqual([8, 2, 1]);
  });

  it('allows none but 1 where a row depends on its place', async () => {
    const run: RunRows = async (seeds) => toRows(seeds, (seed, row) => seed + row);
    expect(await findBatchSizes(run)).toEqual([1]);
  });

  it('tells zero from minus zero', async () => {
    const run: RunRows = async (seeds) =>
      Float32Array.from(seeds, () => (seeds.length > 1 ? -0 : 0));
    expect(await findBatchSizes(run)).toEqual([1]);
  });
});

describe('splitIntoBatches', () => {
  it.each([
    [1, [1]],
    [7, [4, 2, 1]],
    [64, [8, 8, 8, 8, 8, 8, 8, 8]],
    [13, [8, 4, 1]],
  ])('splits %i', (count, batches) => {
    expect(splitIntoBatches(count, [8, 4, 2, 1])).toEqual(batches);
  });

  it('goes one by one where nothing else is allowed', () => {
    expect(splitIntoBatches(3, [1])).toEqual([1, 1, 1]);
  });
});
