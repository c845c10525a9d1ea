import { foldIn, integerAt, type Key, keyFromSeed } from '@ganvas/core';
import { type Features, type Measure, meanAndDeviation } from './metric.js';

const subsetCount = 100;
const largestSubset = 1000;

const cubed = (x: number): number => x * x * x;

/** Kernels of the rows of `a` and `b`, `(x . y / d + 1)^3`, float64 `[a.count, b.count]`. */
function kernels(a: Features, b: Features): Float64Array {
  const { size } = a;
  const out = new Float64Array(a.count * b.count);
  for (let i = 0; i < a.count; i++) {
    const x = a.data.subarray(i * size, (i + 1) * size);
    for (let j = 0; j < b.count; j++) {
      const y = b.data.subarray(j * size, (j + 1) * size);
      let dot = 0;
      for (let k = 0; k < size; k++) dot += (x[k] as number) * (y[k] as number);
      out[i * b.count + j] = cubed(dot / size + 1);
    }
  }
  return out;
}

/** The kernels of two sets: within each, and between them. */
interface Kernels {
  readonly drawn: Float64Array;
  readonly real: Float64Array;
  readonly between: Float64Array;
  readonly drawnCount: number;
  readonly realCount: number;
}

const kernelsOf = (drawn: Features, real: Features): Kernels => ({
  drawn: kernels(drawn, drawn),
  real: kernels(real, real),
  between: kernels(drawn, real),
  drawnCount: drawn.count,
  realCount: real.count,
});

/** The mean of the kernels of each chosen row with each other chosen one. */
function meanWithin(matrix: Float64Array, count: number, chosen: Uint32Array): number {
  let sum = 0;
  for (const i of chosen) {
    for (const j of chosen) sum += matrix[i * count + j] as number;
    sum -= matrix[i * count + i] as number;
  }
  return sum / (chosen.length * (chosen.length - 1));
}

/** The unbiased estimate of the squared distance, from the rows that are chosen of each set. */
function distance(all: Kernels, drawn: Uint32Array, real: Uint32Array): number {
  let between = 0;
  for (const i of drawn) {
    for (const j of real) between += all.between[i * all.realCount + j] as number;
  }
  return (
    meanWithin(all.drawn, all.drawnCount, drawn) +
    meanWithin(all.real, all.realCount, real) -
    (2 * between) / (drawn.length * real.length)
  );
}

const indices = (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, i) => i);

/** Draw `size` of `count` numbers without repeating one: the first steps of a Fisher-Yates shuffle. */
function choose(key: Key, count: number, size: number): Uint32Array {
  const all = indices(count);
  for (let i = 0; i < size; i++) {
    const j = i + integerAt(key, i, count - i);
    [all[i], all[j]] = [all[j] as number, all[i] as number];
  }
  return all.subarray(0, size);
}

/** Fewest pictures of a set: the unbiased estimate takes two, and half of a set is one. */
export const kidMinCount = 4;

/** Estimates from subsets of two sizes, which follow from their number alone. */
const overSubsets = (all: Kernels, drawnSize: number, realSize: number): Required<Measure> =>
  meanAndDeviation(
    Array.from({ length: subsetCount }, (_, subset) => {
      const key = foldIn(keyFromSeed(0), subset);
      const drawn = choose(foldIn(key, 0), all.drawnCount, drawnSize);
      return distance(all, drawn, choose(foldIn(key, 1), all.realCount, realSize));
    }),
  );

/**
 * Kernel distance of two sets of features: the squared maximum mean discrepancy with the kernel
 * `k(x, y) = (x . y / d + 1)^3`, estimated without bias (so it may fall below zero):
 * `sum_(i != j) k(x_i, x_j) / (m (m - 1)) + sum_(i != j) k(y_i, y_j) / (n (n - 1)) - 2 sum_(i, j) k(x_i, y_j) / (m n)`.
 * Binkowski et al., "Demystifying MMD GANs" (2018), section 4; Gretton et al., "A Kernel Two-Sample Test" (2012),
 * equation 3.
 *
 * Where a set has more than 1,000 pictures it is the mean over 100 subsets of min(1,000, n), and `deviation` is
 * over them, as published. Smaller sets would give 100 times the same subset: then it is the estimate from all
 * pictures, and `deviation` is over 100 random halves. A half of a set, drawn without repeating, varies about the whole
 * as the whole does about what is measured, so that is its standard error.
 *
 * All kernels are in memory, 8 bytes each: 96 MB for two sets of 2,000 pictures.
 *
 * @param drawn float32 `[m, d]`
 * @param real float32 `[n, d]`
 */
export function kernelDistance(drawn: Features, real: Features): Measure {
  const all = kernelsOf(drawn, real);
  const [some, others] = [drawn, real].map(({ count }) => Math.min(count, largestSubset)) as [
    number,
    number,
  ];
  if (some < drawn.count || others < real.count) return overSubsets(all, some, others);
  const { deviation } = overSubsets(all, Math.floor(some / 2), Math.floor(others / 2));
  return { value: distance(all, indices(some), indices(others)), deviation };
}
