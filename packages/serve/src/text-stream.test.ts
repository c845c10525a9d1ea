import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { toStream } from './text-stream.js';

async function* textsOf(...texts: string[]): AsyncGenerator<string> {
  yield* texts;
}

describe('toStream', () => {
  it('sends all of the texts, long ones in pieces, and says when it is done', async () => {
    const onEnd = vi.fn();
    const long = 'é'.repeat(100_000);
    const reader = toStream(textsOf('a', long, 'b'), { onEnd }).getReader();
    const lengths: number[] = [];
    let text = '';
    const decoder = new TextDecoder();
    for (let { value } = await reader.read(); value; { value } = await reader.read()) {
      lengths.push(value.length);
      text += decoder.decode(value, { stream: true });
    }
    expect(text).toBe(`a${long}b`);
    expect(lengths).toEqual([1, 65_536, 65_536, 65_536, 3392, 1]);
    expect(onEnd).toHaveBeenCalledOnce();
  });

  it.each([0, 1])('gives up where nobody reads on after %i pieces', async (count) => {
    const onEnd = vi.fn();
    const reader = toStream(textsOf('a', 'b', 'c'), { onEnd, idleMs: 20 }).getReader();
    for (let i = 0; i < count; i++) await reader.read();
    await expect.poll(() => onEnd.mock.calls.length).toBe(1);
    await expect(reader.read()).rejects.toThrow('got no reader for 20 ms');
  });

  it('waits for what is long in the making', async () => {
    async function* slow() {
      await sleep(60);
      yield 'a';
    }
    const onEnd = vi.fn();
    const reader = toStream(slow(), { onEnd, idleMs: 20 }).getReader();
    expect((await reader.read()).value).toEqual(Uint8Array.of(97));
    expect((await reader.read()).done).toBe(true);
    expect(onEnd).toHaveBeenCalledOnce();
  });

  it('says so when its reader goes away, and when no text can be made', async () => {
    const onEnd = vi.fn();
    await toStream(textsOf('a'), { onEnd }).cancel();
    expect(onEnd).toHaveBeenCalledOnce();
    // biome-ignore lint/correctness/useYield: it fails before it has any
    async function* failing(): AsyncGenerator<string> {
      throw new Error('no text');
    }
    await expect(toStream(failing(), { onEnd }).getReader().read()).rejects.toThrow('no text');
    expect(onEnd).toHaveBeenCalledTimes(2);
  });
});
