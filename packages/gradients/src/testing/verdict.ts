import { measureErrors, type Problem } from './finite-differences.js';

const tolerance = 1e-3;
const trials = 40;

/** What `verdictOf` says where the gradients are those of finite differences. */
export const right = 'right at both orders';

/**
 * Compare tfjs's gradients with finite differences, at the first seed whose points and directions cross no
 * kink. Anything but `right` says what is wrong: a relative error above 1e-3, and the seed.
 */
export function verdictOf(problem: (seed: number) => Problem): string {
  for (let seed = 1; seed <= trials; seed++) {
    const errors = measureErrors(problem(seed), seed);
    if (!errors) continue;
    const { first, second } = errors;
    if (first < tolerance && second < tolerance) return right;
    return `seed ${seed}: relative error ${first} at first order, ${second} at second`;
  }
  return `no points without a kink between them in ${trials} seeds`;
}
