import { expect } from 'vitest';
import { type Errors, measureErrors, type Problem } from './finite-differences.js';

const tolerance = 1e-3;
const trials = 40;

/** Measure at the first seed whose points and directions cross no kink. */
function measureAnywhere(problem: (seed: number) => Problem): { seed: number; errors: Errors } {
  for (let seed = 1; seed <= trials; seed++) {
    const errors = measureErrors(problem(seed), seed);
    if (errors) return { seed, errors };
  }
  throw new Error(`expected points without a kink between them, found none with ${trials} seeds`);
}

/** Expect tfjs's gradients to be those of finite differences, within 1e-3 at both orders. */
export function expectRightGradients(problem: (seed: number) => Problem, name: string): void {
  const { seed, errors } = measureAnywhere(problem);
  expect(errors.first, `${name}, seed ${seed}: relative error at first order`).toBeLessThan(
    tolerance,
  );
  expect(errors.second, `${name}, seed ${seed}: relative error at second order`).toBeLessThan(
    tolerance,
  );
}
