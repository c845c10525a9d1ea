import type { LoadOptions } from './pictures.js';

/** More at a time than sharp has threads for: reading of files fills the gaps. */
const atATime = 8;

/** Do `work` for each item, several at a time, and give the results in order. */
export async function concurrently<T, R>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<R>,
  { onProgress, signal }: Pick<LoadOptions, 'onProgress' | 'signal'> = {},
): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  let done = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      signal?.throwIfAborted();
      const index = next++;
      results[index] = await work(items[index] as T, index);
      onProgress?.({ done: ++done, total: items.length });
    }
  };
  await Promise.all(Array.from({ length: atATime }, worker));
  signal?.throwIfAborted();
  return results;
}
