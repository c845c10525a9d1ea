import { foldIn, integerAt, type Key } from '@ganvas/core';
import type { Dataset } from './dataset.js';

/** A batch: pictures float32 `[N, H, W, C]` in [-1, 1] and labels int32 `[N]`. */
export interface Batch {
  readonly images: Float32Array;
  readonly labels: Int32Array;
}

/** A permutation of 0 .. count - 1 (Fisher and Yates), drawn from `key`. */
function shuffled(count: number, key: Key): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = integerAt(key, i, i + 1);
    const kept = order[i] as number;
    order[i] = order[j] as number;
    order[j] = kept;
  }
  return order;
}

/**
 * Make the endless order in which a set of `count` is shown: everything once an epoch, in an order that depends on the
 * key and the epoch alone. Any position can be asked for without those before it, which is what makes a resumed run see
 * what it would have seen.
 */
export function createOrder(count: number, key: Key): (position: number) => number {
  let epoch = -1;
  let order: Uint32Array = new Uint32Array();
  return (position) => {
    const wanted = Math.floor(position / count);
    if (wanted !== epoch) {
      epoch = wanted;
      order = shuffled(count, foldIn(key, epoch));
    }
    return order[position % count] as number;
  };
}

/** Make the endless sequence of batches of a data set, in the order of `createOrder`. */
export function createBatches(
  dataset: Dataset,
  options: { batchSize: number; key: Key },
): (index: number) => Batch {
  const { batchSize, key } = options;
  const size = dataset.height * dataset.width * dataset.channels;
  const pictureAt = createOrder(dataset.count, key);
  return (index) => {
    const images = new Float32Array(batchSize * size);
    const labels = new Int32Array(batchSize);
    for (let n = 0; n < batchSize; n++) {
      const picture = pictureAt(index * batchSize + n);
      labels[n] = dataset.labels[picture] as number;
      for (let i = 0; i < size; i++) {
        images[n * size + i] = (dataset.images[picture * size + i] as number) / 127.5 - 1;
      }
    }
    return { images, labels };
  };
}
