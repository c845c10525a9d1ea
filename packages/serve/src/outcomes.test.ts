import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createOutcomes } from './outcomes.js';

async function collect<T>(outcomes: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const outcome of outcomes) all.push(outcome);
  return all;
}

const wait = async (ms: number, index: number) => {
  await sleep(ms);
  return index;
};

describe('createOutcomes', () => {
  it('gives outcomes as they are there, or in the order of the items', async () => {
    const waits = [60, 0, 30];
    const early = createOutcomes(waits, wait, { atOnce: 3, isOrdered: false });
    expect(await collect(early)).toEqual([1, 2, 0]);
    const ordered = createOutcomes(waits, wait, { atOnce: 3, isOrdered: true });
    expect(await collect(ordered)).toEqual([0, 1, 2]);
  });

  it.each([true, false])('begins no more than are taken (in order: %s)', async (isOrdered) => {
    const begun: number[] = [];
    const work = async (_: unknown, index: number) => begun.push(index);
    const outcomes = createOutcomes(['a', 'b', 'c', 'd', 'e'], work, { atOnce: 2, isOrdered });
    await outcomes.next();
    await sleep(5);
    expect(begun).toEqual([0, 1]);
    await outcomes.next();
    await sleep(5);
    expect(begun).toEqual([0, 1, 2]);
    expect(await collect(outcomes)).toHaveLength(3);
  });
});
