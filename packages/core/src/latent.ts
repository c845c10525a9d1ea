import { normalAt } from './normal.js';
import { foldIn, integerAt, keyFromSeed } from './random.js';

// The streams of one seed. Numbers are part of the contract: changing one changes every picture.
const latentStream = 0;
const labelStream = 1;

/**
 * The latent of a seed: `z`, float32 `[latentSize]`, standard normal.
 * Picture i of a request with seed s is the picture of seed s + i, so a batch never changes a picture.
 *
 * @param seed integer in [0, 2^53 - 1]
 */
export function latentFromSeed(seed: number, latentSize: number): Float32Array {
  const key = foldIn(keyFromSeed(seed), latentStream);
  return Float32Array.from({ length: latentSize }, (_, i) => normalAt(key, i));
}

/** The class that a seed stands for where nobody asked for one: uniform in [0, `classCount`). */
export const labelFromSeed = (seed: number, classCount: number): number =>
  integerAt(foldIn(keyFromSeed(seed), labelStream), 0, classCount);
