import { describe, expect, it } from 'vitest';
import { createChain } from './chain.js';

describe('createChain', () => {
  it('begins a task only when the one before it has ended, failed or not', async () => {
    const inTurn = createChain();
    const events: string[] = [];
    const task = (name: string, fails: boolean) => async () => {
      events.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      events.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    };
    const results = await Promise.allSettled([
      inTurn(task('a', false)),
      inTurn(task('b', true)),
      inTurn(task('c', false)),
    ]);
    expect(events).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });
});
