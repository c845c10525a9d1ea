import { describe, expect, it } from 'vitest';
import { concurrently } from './concurrently.js';

describe('concurrently', () => {
  it('gives results in the order of the items and tells of each that is done', async () => {
    const told: string[] = [];
    const work = async (item: number) => {
      await new Promise((resolve) => setTimeout(resolve, 20 - item));
      return item * item;
    };
    const items = Array.from({ length: 20 }, (_, i) => i);
    const onProgress = (done: number, total: number) => told.push(`${done}/${total}`);
    expect(await concurrently(items, work, { onProgress })).toEqual(items.map((i) => i * i));
    expect(told).toEqual(items.map((i) => `${i + 1}/20`));
  });

  it('begins nothing more once the signal is given, and rejects with its reason', async () => {
    const end = new AbortController();
    let begun = 0;
    const work = async () => {
      if (++begun === 10) end.abort(new Error('enough'));
    };
    const all = concurrently(new Array(100).fill(0), work, { signal: end.signal });
    await expect(all).rejects.toThrow('enough');
    expect(begun).toBeLessThan(20);
  });

  it('begins nothing more once one has failed', async () => {
    let begun = 0;
    const work = async (_: number, index: number) => {
      begun++;
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (index === 10) throw new Error('bad');
    };
    await expect(concurrently(new Array(100).fill(0), work, {})).rejects.toThrow('bad');
    // Longer than the other workers would need for all that is left.
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(begun).toBeLessThan(30);
  });
});
