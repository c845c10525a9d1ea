import { InputError } from '@ganvas/core';
import { loadOpenmoji } from './openmoji.js';
import type { LoadOptions, Pairs } from './pictures.js';

/** Load the pairs of a source: `openmoji`. */
export async function loadPairs(source: string, options: LoadOptions): Promise<Pairs> {
  if (source !== 'openmoji') throw new InputError(`data: expected openmoji, got "${source}"`);
  return loadOpenmoji(options);
}
