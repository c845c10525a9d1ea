import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { compile } from './compile.js';
import { engineNames } from './engines/engine.js';
import { createHistoryPool, type PoolDraws, poolDraws } from './history-pool.js';

beforeEach(() => {
  void tf.setBackend('cpu');
});

const key = [11, 12] as const;

/** The pool as the paper tells it, of numbers in a list. */
function createReferencePool(size: number) {
  const pool: number[] = [];
  return (picture: number, draws: { slot: number; coin: boolean }): number => {
    if (pool.length < size) {
      pool.push(picture);
      return picture;
    }
    if (!draws.coin) return picture;
    const old = pool[draws.slot] as number;
    pool[draws.slot] = picture;
    return old;
  };
}

describe('poolDraws', () => {
  it('fills the pool first, then recalls about half of the pictures from places drawn evenly', () => {
    const draws = Array.from({ length: 4050 }, (_, index) =>
      poolDraws(key, index, { batchSize: 1 }),
    );
    const filling = draws.slice(0, 50);
    expect(filling.map(({ slot }) => slot[0])).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(filling.every(({ keep, recall }) => keep[0] === 1 && recall[0] === 0)).toBe(true);
    const later = draws.slice(50);
    expect(later.every(({ keep, recall }) => keep[0] === recall[0])).toBe(true);
    const share = later.reduce((sum, { recall }) => sum + (recall[0] as number), 0) / later.length;
    // 4,000 tosses: a standard error of 0.008
    expect(Math.abs(share - 0.5)).toBeLessThan(0.03);
    const counts = new Array<number>(50).fill(0);
    for (const { slot } of later) counts[slot[0] as number] = (counts[slot[0] as number] ?? 0) + 1;
    // 80 each, give or take 9
    expect(Math.min(...counts)).toBeGreaterThan(80 - 4 * 9);
    expect(Math.max(...counts)).toBeLessThan(80 + 4 * 9);
  });

  it('gives no two pictures of a batch the same place, while it fills and after', () => {
    for (let index = 0; index < 40; index++) {
      const { slot } = poolDraws(key, index, { batchSize: 4, size: 6 });
      expect(new Set(slot).size).toBe(4);
      expect(Math.max(...slot)).toBeLessThan(6);
    }
  });

  it('refuses a batch that does not fit in', () => {
    expect(() => poolDraws(key, 0, { batchSize: 7, size: 6 })).toThrow(
      'poolDraws: expected a batch of at most 6, got 7',
    );
  });
});

describe.each(engineNames)('createHistoryPool for %s', (engine) => {
  const size = 5;
  const batchSize = 2;
  const shape = { batchSize, height: 2, width: 1, channels: 3, size };
  const pictureSize = 6;

  async function createPool() {
    const pool = createHistoryPool('pool', shape);
    const exchange = ({ pictures, ...draws }: Record<string, tf.Tensor>) => ({
      shown: pool.exchange(pictures as tf.Tensor, draws as Record<keyof PoolDraws, tf.Tensor>),
    });
    const pictures = { shape: [batchSize, 2, 1, 3], dtype: 'float32' } as const;
    const inputs = { pictures, ...pool.inputs };
    return compile(exchange, { inputs, state: pool.state, engine, device: 'cpu' });
  }

  // Picture n has the numbers n/10, n/10 + 100, ...: none is a power of two, so that a blend would show.
  const numbersOf = (n: number): number[] =>
    Array.from({ length: pictureSize }, (_, i) => n / 10 + 100 * i);
  const feedAt = (index: number) => ({
    pictures: Float32Array.from([...numbersOf(2 * index), ...numbersOf(2 * index + 1)]),
    ...poolDraws(key, index, { batchSize, size }),
  });

  it('returns what a pool in a list returns, to the bit', async () => {
    const compiled = await createPool();
    const reference = createReferencePool(size);
    let recalled = 0;
    for (let index = 0; index < 40; index++) {
      const feed = feedAt(index);
      const { shown } = await compiled.run(feed);
      const expected = [0, 1].flatMap((n) => {
        const draws = { slot: feed.slot[n] as number, coin: feed.recall[n] === 1 };
        const picture = reference(2 * index + n, draws);
        if (picture !== 2 * index + n) recalled++;
        return numbersOf(picture);
      });
      expect(shown?.data).toEqual(Float32Array.from(expected));
    }
    expect(recalled).toBeGreaterThan(20);
    await compiled.dispose();
  });

  it('goes on from its saved state as if it had not stopped', async () => {
    const whole = await createPool();
    for (let index = 0; index < 20; index++) await whole.run(feedAt(index));
    const saved = whole.readState();
    const resumed = await createPool();
    resumed.writeState(saved);
    for (let index = 20; index < 40; index++) {
      expect(await resumed.run(feedAt(index))).toEqual(await whole.run(feedAt(index)));
    }
    expect(resumed.readState()).toEqual(whole.readState());
    expect(resumed.readState()).not.toEqual(saved);
    await Promise.all([whole.dispose(), resumed.dispose()]);
  });
});
