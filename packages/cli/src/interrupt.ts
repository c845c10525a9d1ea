import { note } from './output.js';

const signals = ['SIGINT', 'SIGTERM'] as const;

// What shells report for a process that SIGINT ended.
const exitAtOnce = 130;

export interface Interrupt extends Disposable {
  readonly signal: AbortSignal;
}

/**
 * Turn the first Ctrl-C (or SIGTERM) into an aborted signal, so that work ends cleanly, and the second
 * into an exit at once. Until it is disposed of.
 *
 * @param onFirst said on stderr at the first one
 */
export function catchInterrupt(onFirst: string): Interrupt {
  const controller = new AbortController();
  const handle = (): void => {
    if (controller.signal.aborted) process.exit(exitAtOnce);
    note(`\n${onFirst} (once more to stop at once)`);
    controller.abort();
  };
  for (const signal of signals) process.on(signal, handle);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const signal of signals) process.off(signal, handle);
    },
  };
}
