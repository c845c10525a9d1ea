import { describe, expect, it } from 'vitest';
import { createLatest } from './latest.js';

const pause = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('createLatest', () => {
  it('runs the first and the newest value, and drops those between', async () => {
    const ran: number[] = [];
    const run = createLatest<number>(async (value) => {
      await pause();
      ran.push(value);
    });
    await Promise.all([1, 2, 3, 4].map(run));
    expect(ran).toEqual([1, 4]);
    await run(5);
    expect(ran).toEqual([1, 4, 5]);
  });

  it('goes on after a run that failed', async () => {
    const ran: number[] = [];
    const run = createLatest<number>(async (value) => {
      await pause();
      if (value === 1) throw new Error('one');
      ran.push(value);
    });
    await expect(run(1)).rejects.toThrow('one');
    await run(2);
    expect(ran).toEqual([2]);
  });

  it('runs the value that waited behind a run that failed, and settles as that one does', async () => {
    const ran: number[] = [];
    const run = createLatest<number>(async (value) => {
      await pause();
      if (value === 1) throw new Error('one');
      ran.push(value);
    });
    const both = await Promise.allSettled([run(1), run(2)]);
    expect(ran).toEqual([2]);
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
  });
});
