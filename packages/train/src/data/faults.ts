import { InputError, type Problem } from '@ganvas/core';

/** So many faults are told in the message; all of them are in `problems`. */
const mostTold = 10;

/** Throw one InputError that tells what is wrong with which pictures, if anything is. */
export function assertNoFaults(source: string, found: readonly Problem[]): void {
  if (found.length === 0) return;
  // Found in the order in which files happened to be read.
  const faults = [...found].sort((a, b) => (a.path < b.path ? -1 : 1));
  const told = faults.slice(0, mostTold).map(({ path, message }) => `${path}: ${message}`);
  const more = faults.length - told.length;
  if (more > 0) told.push(`and ${more} more`);
  const pictures = faults.length === 1 ? '1 picture' : `${faults.length} pictures`;
  throw new InputError(`${source}: ${pictures} cannot be used: ${told.join('; ')}`, {
    problems: faults,
  });
}

/** Say in one line what a decoder found wrong with a file. */
export const faultOf = (path: string, error: unknown): Problem => ({
  path,
  message: (error instanceof Error ? error.message : String(error)).replaceAll('\n', ' ').trim(),
});
