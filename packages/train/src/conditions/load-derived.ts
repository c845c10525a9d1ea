import { foldIn, fromBytes, InputError, keyFromSeed } from '@ganvas/core';
import { picturesFor } from '../contact-sheet.js';
import { loadPictures } from '../data/load.js';
import { createPictureBatches } from '../data/pair-batches.js';
import type { Derivation } from './derivations.js';
import { paintSource } from './paint-source.js';
import type { LoadPaired } from './paired-data.js';

function assertDivisible(size: { width: number; height: number }, scale: number): void {
  const { width, height } = size;
  if (width % scale === 0 && height % scale === 0) return;
  throw new InputError(
    `size: expected sides that are multiples of ${scale}, got ${width} x ${height}`,
  );
}

/** Load pictures alone, and make the source of each as it is shown. */
export const loadDerived =
  ({ scale, describe, derive }: Derivation): LoadPaired =>
  async (data, { sheetCount, seed, ...options }) => {
    assertDivisible(options, scale);
    const pictures = await loadPictures(data, { ...options, split: 'train' });
    const test = await loadPictures(data, { ...options, split: 'test' });
    const source = describe(pictures.channels);
    const truth = picturesFor(test, sheetCount);
    const { data: bytes, ...shape } = truth;
    const shown = derive(fromBytes(bytes), shape, keyFromSeed(seed));
    const size = { height: shape.height / scale, width: shape.width / scale };
    return {
      source,
      channels: pictures.channels as 1 | 3,
      scale,
      bytes: pictures.data.length,
      createBatches({ batchSize, key }) {
        const [pictureKey, drawKey] = [foldIn(key, 0), foldIn(key, 1)];
        // Enlarged pictures are blurred, which is not to be learned where sharpness is.
        const augment = scale === 1 || 'mirror';
        const batchAt = createPictureBatches(pictures, { batchSize, key: pictureKey, augment });
        return (index) => {
          const target = batchAt(index);
          const drawn = foldIn(drawKey, index);
          return { source: derive(target, { ...shape, count: batchSize }, drawn), target };
        };
      },
      sheet: {
        source: shown,
        painted: paintSource(source, shown, { count: truth.count, ...size }),
        truth,
      },
    };
  };
