import { foldIn, type Key, keyFromSeed, normalAt, uniformAt } from '@ganvas/core';

/** The independent random streams of a run. Changing a number changes every run. */
const streams = {
  order: 0,
  criticLatent: 1,
  mix: 2,
  generatorLatent: 3,
  generatorLabel: 4,
  generatorWeights: 5,
  criticWeights: 6,
  dropout: 7,
  pool: 8,
} as const;
export type Stream = keyof typeof streams;

// Runs draw from keys of their own, so that training never sees the latents that seeds stand for.
const runMark = 0x72756e;

/** The key of one stream of a run. */
export const streamKey = (seed: number, stream: Stream): Key =>
  foldIn(foldIn(keyFromSeed(seed), runMark), streams[stream]);

/** The numbers that step `index` of a stream draws: they depend on nothing that came before. */
export const normals = (key: Key, index: number, count: number): Float32Array => {
  const own = foldIn(key, index);
  return Float32Array.from({ length: count }, (_, i) => normalAt(own, i));
};

/** As `normals`, uniform in (0, 1). */
export const uniforms = (key: Key, index: number, count: number): Float32Array => {
  const own = foldIn(key, index);
  return Float32Array.from({ length: count }, (_, i) => uniformAt(own, i));
};
