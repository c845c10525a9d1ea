import { foldIn, integerAt, type Key, uniformAt } from '@ganvas/core';
import type { InputSpec } from '@ganvas/export';
import * as tf from '@tensorflow/tfjs-core';
import type { Variables } from './networks/network.js';

/** Pictures that a pool remembers, as published. */
export const poolSize = 50;

/** What a pool does with the pictures of one batch; each array has an entry for each picture. */
export interface PoolDraws {
  /** The place in the pool that a picture may go to: no two of a batch have the same. */
  readonly slot: Int32Array;
  /** 1 where the pool keeps the picture, else 0. */
  readonly keep: Float32Array;
  /** 1 where the old picture in that place is returned in its stead, else 0. */
  readonly recall: Float32Array;
}

/**
 * Draw what a pool does at step `index`: it depends on the key and the index alone. The first pictures fill
 * it and are returned. Of later ones half are returned as they are; the other half take the place of old
 * ones, drawn evenly, which are returned.
 */
export function poolDraws(
  key: Key,
  index: number,
  { batchSize, size = poolSize }: { batchSize: number; size?: number },
): PoolDraws {
  if (batchSize > size) {
    throw new RangeError(`poolDraws: expected a batch of at most ${size}, got ${batchSize}`);
  }
  const [slots, coins] = [foldIn(foldIn(key, index), 0), foldIn(foldIn(key, index), 1)];
  const slot: number[] = [];
  let drawn = 0;
  const free = (): number => {
    const next = integerAt(slots, drawn++, size);
    return slot.includes(next) ? free() : next;
  };
  const isFilling = (n: number): boolean => index * batchSize + n < size;
  const numbers = Array.from({ length: batchSize }, (_, n) => n);
  for (const n of numbers) slot.push(isFilling(n) ? index * batchSize + n : free());
  const recall = Float32Array.from(numbers, (n) =>
    !isFilling(n) && uniformAt(coins, n) < 0.5 ? 1 : 0,
  );
  const keep = recall.map((recalled, n) => (isFilling(n) ? 1 : recalled));
  return { slot: Int32Array.from(slot), keep, recall };
}

/** A pool of generated pictures, to be part of a training step. */
export interface HistoryPool {
  /** Shapes and dtypes of `PoolDraws` for a batch. */
  readonly inputs: Readonly<Record<keyof PoolDraws, InputSpec>>;
  /** The pictures, `[size, H, W, C]`. */
  readonly state: Variables;
  /** Exchange pictures `[N, H, W, C]` for those to show the discriminator, as drawn. */
  exchange(pictures: tf.Tensor, draws: Readonly<Record<keyof PoolDraws, tf.Tensor>>): tf.Tensor;
}

/**
 * Make a history pool (Shrivastava et al., "Learning from simulated and unsupervised images through
 * adversarial training", 2017, section 2.3; by single pictures and half of the time, as Zhu et al. 2017 do): a
 * discriminator that is shown earlier pictures too does not forget them. It is a variable, so that it is traced
 * and saved with the networks.
 *
 * @param name of the variable
 */
export function createHistoryPool(
  name: string,
  picture: { batchSize: number; height: number; width: number; channels: number; size?: number },
): HistoryPool {
  const { batchSize, height, width, channels, size = poolSize } = picture;
  const pool = tf.tidy(() => tf.variable(tf.zeros([size, height, width, channels]), false));
  const each = [batchSize];
  return {
    inputs: {
      slot: { shape: each, dtype: 'int32' },
      keep: { shape: each, dtype: 'float32' },
      recall: { shape: each, dtype: 'float32' },
    },
    state: { [name]: pool },
    exchange(pictures, { slot, keep, recall }) {
      const old = tf.gather(pool, slot as tf.Tensor1D);
      const where = (mask: tf.Tensor, yes: tf.Tensor, no: tf.Tensor): tf.Tensor =>
        tf.where(tf.greater(tf.reshape(mask, [batchSize, 1, 1, 1]), 0.5), yes, no);
      const shown = where(recall, old, pictures);
      const kept = where(keep, pictures, old);
      pool.assign(
        tf.tensorScatterUpdate(pool, tf.reshape(slot, [batchSize, 1]), kept) as typeof pool,
      );
      return shown;
    },
  };
}
