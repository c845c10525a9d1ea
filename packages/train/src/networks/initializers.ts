import { integerAt, type Key } from '@ganvas/core';
import * as tfl from '@tensorflow/tfjs-layers';

/** Initializers of one network: each call draws from a seed of its own, in the order of the calls. */
export type NormalInitializer = (
  stddev: number,
) => ReturnType<typeof tfl.initializers.randomNormal>;

/** Make normal initializers that depend on the key and on the order in which they are made. */
export function createInitializers(key: Key): NormalInitializer {
  let made = 0;
  return (stddev) =>
    tfl.initializers.randomNormal({
      mean: 0,
      stddev,
      // tfjs takes seed 0 for none.
      seed: 1 + integerAt(key, made++, 2 ** 31 - 2),
    });
}

/** He et al. 2015: the deviation that keeps the power of a signal through rectified layers. */
export const heDeviation = (fanIn: number): number => Math.sqrt(2 / fanIn);
