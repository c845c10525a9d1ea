import { fromBytes, type Pixels } from '@ganvas/core';
import { loadPairs, pictureSources } from '../data/load.js';
import { createPairBatches } from '../data/pair-batches.js';
import type { Pictures } from '../data/pictures.js';
import type { LoadPaired } from './paired-data.js';

/** The sources of pairs, as help texts list them. */
export const pairSources = pictureSources.pairs;

/** As many pictures as a sheet has: the first, and again from the first where there are fewer. */
export function picturesFor({ data, count, ...sizes }: Pictures, sheetCount: number): Pixels {
  const { width, height, channels } = sizes;
  const size = width * height * channels;
  const all = new Uint8Array(sheetCount * size);
  for (let i = 0; i < sheetCount; i++) {
    const from = (i % count) * size;
    all.set(data.subarray(from, from + size), i * size);
  }
  return { width, height, channels, count: sheetCount, data: all };
}

/** Pairs as they are given: pictures to pictures. */
export const loadPaired: LoadPaired = async (data, { sheetCount, seed: _, ...options }) => {
  const pairs = await loadPairs(data, { ...options, split: 'train' });
  const test = await loadPairs(data, { ...options, split: 'test' });
  const { channels } = pairs.input;
  const painted = picturesFor(test.input, sheetCount);
  return {
    source: { channels, encoding: 'picture' },
    channels: pairs.target.channels as 1 | 3,
    scale: 1,
    bytes: pairs.input.data.length + pairs.target.data.length,
    createBatches: (batches) => {
      const batchAt = createPairBatches(pairs, { ...batches, augment: true });
      return (index) => {
        const { input, target } = batchAt(index);
        return { source: input, target };
      };
    },
    sheet: {
      source: fromBytes(painted.data),
      painted,
      truth: picturesFor(test.target, sheetCount),
    },
  };
};
