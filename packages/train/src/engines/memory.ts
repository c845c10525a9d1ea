import { totalmem } from 'node:os';
import { InputError } from '@ganvas/core';

/**
 * Bytes of memory that this process may still take, limits of its container counted. macOS tells only
 * what lies idle, which is next to nothing on a machine that works, so there it is all that is built in.
 */
export const availableBytes = (): number =>
  process.platform === 'darwin' ? totalmem() : process.availableMemory();

const inWords = (bytes: number): string =>
  `${(bytes / 1e9).toFixed(2)} GB (${Math.round(bytes)} bytes)`;

/** What there is, where memory was not enough. */
function inStock(needed: number, available: number | undefined): string {
  if (available === undefined) return 'the device has less';
  const has = `${inWords(available)} available`;
  // Nothing tells of every limit: the address space of a process, for one.
  return needed < available ? `${has} but kept from this process (see ulimit -a)` : has;
}

/** What to say where memory is not enough, in bytes. A device other than the CPU does not tell what it has. */
export function outOfMemory(
  step: string,
  amount: { needed: number; available: number | undefined; cause?: unknown },
): InputError {
  const { needed, available, cause } = amount;
  return new InputError(
    `${step}: out of memory: about ${inWords(needed)} needed, ${inStock(needed, available)}: choose a smaller batch or smaller networks`,
    cause === undefined ? {} : { cause },
  );
}

// As onnxruntime, its arenas, the C++ library and V8 word it.
const failures =
  /bad_alloc|failed to allocate memory|out of memory|BFCArena|array buffer allocation failed/i;

/** Whether an error says that memory could not be had. */
export const isAllocationFailure = (error: unknown): boolean =>
  error instanceof Error && failures.test(error.message);
