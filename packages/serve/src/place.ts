import { type Interpolation, interpolations, labelFromSeed, latentFromSeed } from '@ganvas/core';

/** A place on the way between the latents of two seeds: 0 at the first, 1 at the second. */
export interface Between {
  readonly from: number;
  readonly to: number;
  readonly at: number;
  readonly method: Interpolation;
}

/** Where an image lies in a model's latent space: at a seed, an integer in [0, 2^53 - 1], or between two. */
export type Place = number | Between;

/** The latent of a place: `z`, float32 `[latentSize]`. */
export function latentOf(place: Place, latentSize: number): Float32Array {
  if (typeof place === 'number') return latentFromSeed(place, latentSize);
  const { from, to, at, method } = place;
  const [start, end] = [latentFromSeed(from, latentSize), latentFromSeed(to, latentSize)];
  return interpolations[method](start, end, at);
}

const seedOf = (place: Place): number => (typeof place === 'number' ? place : place.from);

/** The class of each place where none is asked for: that of the seed it is at, or starts from. */
export const classesOf = (places: readonly Place[], classCount: number): number[] =>
  places.map((place) => labelFromSeed(seedOf(place), classCount));
