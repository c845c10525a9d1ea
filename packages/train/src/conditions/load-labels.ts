import type { Pixels } from '@ganvas/core';
import { picturesFor } from '../contact-sheet.js';
import { loadLabelPairs } from '../data/load.js';
import { createLabelBatches } from '../data/pair-batches.js';
import { type SemanticClass, toClassNumbers } from '../data/semantic-classes.js';
import type { LoadPaired } from './paired-data.js';

/** Semantic maps (3 channels) as a translator takes them: one-hot, float32 `[N, H, W, classes]`. */
function toOneHot(maps: Pixels, classes: readonly SemanticClass[]): Float32Array {
  const numbers = toClassNumbers({ ...maps, names: [] }, classes).data;
  const oneHot = new Float32Array(numbers.length * classes.length);
  numbers.forEach((number, pixel) => {
    oneHot[pixel * classes.length + number] = 1;
  });
  return oneHot;
}

/** Load semantic maps and the pictures that they are of. */
export const loadLabels: LoadPaired = async (data, { sheetCount, seed: _, ...options }) => {
  const pairs = await loadLabelPairs(data, { ...options, split: 'train' });
  const test = await loadLabelPairs(data, { ...options, split: 'test' });
  const { classes } = pairs;
  const painted = picturesFor(test.input, sheetCount);
  const named = classes.map(({ name, color: [red, green, blue] }) => {
    return { name, color: [red, green, blue] as [number, number, number] };
  });
  return {
    source: { channels: classes.length, encoding: 'classes', classes: named },
    channels: pairs.target.channels as 1 | 3,
    scale: 1,
    bytes: pairs.input.data.length + pairs.target.data.length,
    createBatches(batches) {
      const batchAt = createLabelBatches(pairs, { ...batches, augment: true });
      return (index) => {
        const { input, target } = batchAt(index);
        return { source: input, target };
      };
    },
    sheet: {
      source: toOneHot(painted, classes),
      painted,
      truth: picturesFor(test.target, sheetCount),
    },
  };
};
