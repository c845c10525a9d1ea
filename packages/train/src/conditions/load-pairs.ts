import { fromBytes } from '@ganvas/core';
import { picturesFor } from '../contact-sheet.js';
import { loadPairs } from '../data/load.js';
import { createPairBatches } from '../data/pair-batches.js';
import type { LoadPaired } from './paired-data.js';

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
