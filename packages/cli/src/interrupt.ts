import { StoppedError } from './failure.js';
import { note } from './output.js';
import { endProgress } from './progress.js';

const signals = ['SIGINT', 'SIGTERM'] as const;

// What shells report for a process that SIGINT ended.
const exitAtOnce = 130;

/**
 * Do work that the first Ctrl-C (or SIGTERM) ends cleanly, by an aborted signal, and that the second
 * ends at once, with the process.
 *
 * @param onFirst said on stderr at the first one
 */
export async function withInterrupt<T>(
  onFirst: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const handle = (): void => {
    if (controller.signal.aborted) process.exit(exitAtOnce);
    endProgress();
    note(`${onFirst} (once more to stop at once)`);
    controller.abort();
  };
  for (const signal of signals) process.on(signal, handle);
  try {
    return await work(controller.signal);
  } catch (error) {
    // Work that gave up with the signal's own reason had nothing yet to keep.
    if (!controller.signal.aborted || error !== controller.signal.reason) throw error;
    throw new StoppedError('stopped before there was anything to keep', { cause: error });
  } finally {
    for (const signal of signals) process.off(signal, handle);
  }
}
