import { InputError } from '@ganvas/core';
import type { StateNumbers } from './engines/engine.js';
import type { Variables } from './networks/network.js';

/** Check that saved tensors are those of a GAN, by name and shape. Throws an InputError that names the file. */
export function assertSameState(file: string, tensors: StateNumbers, state: Variables): void {
  const names = new Set([...Object.keys(tensors), ...Object.keys(state)]);
  const problems = [...names].flatMap((path) => {
    const [saved, own] = [tensors[path]?.shape, state[path]?.shape];
    if (saved && own && String(saved) === String(own)) return [];
    const inWords = (shape: readonly number[] | undefined) => (shape ? `[${shape}]` : 'none');
    return [{ path, message: `expected ${inWords(own)}, got ${inWords(saved)}` }];
  });
  if (problems.length === 0) return;
  const list = problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
  throw new InputError(`${file}: not the state of these networks: ${list}`, { problems });
}
