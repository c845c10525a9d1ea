import { InputError } from '@ganvas/core';

/** The work was stopped by Ctrl-C before it was done; the message says what was kept. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
}

/** A call to the operating system that failed: its message names the file or address and why. */
const isSystemError = (error: Error): boolean => 'syscall' in error && 'code' in error;

/** One sentence for what the caller can put right; the whole stack for what is a fault of Ganvas. */
export function toMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof InputError || error instanceof StoppedError || isSystemError(error)) {
    return error.message;
  }
  return error.stack ?? error.message;
}
