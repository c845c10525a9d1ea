import type { LoadOptions } from './pictures.js';

/** More than the threads that sharp works on, so that none waits for a file. */
const atATime = 8;

/**
 * Do `work` for each item, several at a time, and give the results in the order of the items. Once one fails, no more
 * are begun.
 */
export async function concurrently<T, R>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<R>,
  { onProgress, signal }: Pick<LoadOptions, 'onProgress' | 'signal'>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  let done = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      signal?.throwIfAborted();
      const index = next++;
      results[index] = await work(items[index] as T, index);
      onProgress?.(++done, items.length);
    }
  };
  await Promise.all(Array.from({ length: atATime }, worker)).finally(() => {
    next = items.length;
  });
  return results;
}
