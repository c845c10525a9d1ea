import type { ObjectiveName } from './objectives/index.js';

/** How to train: everything but the data, the length and the seed. */
export interface Recipe {
  readonly objective: ObjectiveName;
  /** Critic steps for each generator step. */
  readonly criticSteps: number;
  /** Adam's step at the start; it falls in a line to zero at the end. */
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  /** Decay of the average generator, which is the one that is exported. */
  readonly averageDecay: number;
  readonly latentSize: number;
  readonly baseChannels: number;
  /** Pictures in a batch, unless the caller says otherwise. */
  readonly batchSize: number;
  /** Generator steps, unless the caller gives a number or a time. */
  readonly steps: number;
}

/**
 * The recipes by name. `wgan-gp` differs from its authors' values (5 critic steps, 1e-4) where
 * small pictures allow more speed: the class term in both losses keeps the critic informative at two
 * critic steps and twenty times the rate.
 */
export const recipes = {
  'wgan-gp': {
    objective: 'wgan-gp',
    criticSteps: 2,
    learningRate: 2e-3,
    beta1: 0,
    beta2: 0.9,
    averageDecay: 0.999,
    latentSize: 64,
    baseChannels: 32,
    batchSize: 64,
    steps: 2000,
  },
} satisfies Record<string, Recipe>;
export type RecipeName = keyof typeof recipes;
