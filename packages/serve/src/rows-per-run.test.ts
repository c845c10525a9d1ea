import { describe, expect, it } from 'vitest';
import { findRowsPerRun, maxRows, type RunRows } from './rows-per-run.js';

const size = 5;
const toRows = (seeds: readonly number[], at: (seed: number, i: number) => number) =>
  Float32Array.from({ length: seeds.length * size }, (_, i) =>
    at(seeds[Math.floor(i / size)] as number, i),
  );

describe('findRowsPerRun', () => {
  it('allows batches where each row depends on its seed alone', async () => {
    const run: RunRows = async (seeds) => toRows(seeds, (seed, i) => Math.sin(seed + (i % size)));
    expect(await findRowsPerRun(run)).toBe(maxRows);
  });

  it('draws one by one where the last bit of a row depends on the size of its batch', async () => {
    const nudge = (x: number, count: number) => (count > 1 ? x * (1 + 2 ** -23) : x);
    const run: RunRows = async (seeds) =>
      toRows(seeds, (seed) => nudge(1 + seed / 10, seeds.length));
    expect(await findRowsPerRun(run)).toBe(1);
  });

  it('draws one by one where only batches of an odd size differ', async () => {
    const run: RunRows = async (seeds) =>
      toRows(seeds, (seed) => seed + (seeds.length % 2 && seeds.length > 1 ? 1 : 0));
    expect(await findRowsPerRun(run)).toBe(1);
  });

  it('draws one by one where a row depends on its place', async () => {
    const run: RunRows = async (seeds) => toRows(seeds, (seed, i) => seed + Math.floor(i / size));
    expect(await findRowsPerRun(run)).toBe(1);
  });
});
