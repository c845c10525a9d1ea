import { InputError } from '@ganvas/core';
import * as z from 'zod';
import type { Dataset } from './data/dataset.js';
import { sizeMultiple } from './networks/network.js';
import { type RecipeName, recipes } from './recipes.js';

/** What a run is: written once as `run.json`, and into every checkpoint. */
export const runConfigSchema = z.strictObject({
  recipe: z.enum(Object.keys(recipes) as [keyof typeof recipes]),
  data: z.string(),
  /** Class names; null where the model is not conditional. */
  classes: z.array(z.string()).nullable(),
  width: z.int().positive(),
  height: z.int().positive(),
  channels: z.int().positive(),
  batchSize: z.int().positive(),
  seed: z.int().nonnegative(),
});
export type RunConfig = z.infer<typeof runConfigSchema>;

/** What a person chooses of a run; the rest of its configuration follows from the data. */
export interface RunChoices {
  readonly recipe: RecipeName;
  /** `mnist` or `idx:<folder>`. */
  readonly data: string;
  /** Whether the model is asked for a class. */
  readonly conditional: boolean;
  /** Pictures in a batch; default the recipe's. */
  readonly batchSize?: number;
  /** Default 0. */
  readonly seed?: number;
}

export const defaultSeed = 0;

/** The configuration that choices and data make. Throws an InputError for pictures that do not fit. */
export function configFor(choices: RunChoices, dataset: Dataset): RunConfig {
  const { width, height, channels, classes } = dataset;
  if (width % sizeMultiple !== 0 || height % sizeMultiple !== 0) {
    throw new InputError(
      `${choices.data}: expected pictures with sides that are multiples of ${sizeMultiple}, got ${width} x ${height}: crop or pad them`,
    );
  }
  return {
    recipe: choices.recipe,
    data: choices.data,
    classes: choices.conditional ? [...classes] : null,
    width,
    height,
    channels,
    batchSize: choices.batchSize ?? recipes[choices.recipe].batchSize,
    seed: choices.seed ?? defaultSeed,
  };
}

/** A run goes on only as what it was. Throws an InputError that names what differs. */
export function assertSameConfig(run: string, was: RunConfig, now: RunConfig): void {
  const problems = (Object.keys(was) as (keyof RunConfig)[])
    .filter((key) => JSON.stringify(was[key]) !== JSON.stringify(now[key]))
    .map((path) => ({
      path,
      message: `expected ${JSON.stringify(was[path])} as the run has, got ${JSON.stringify(now[path])}`,
    }));
  if (problems.length === 0) return;
  const list = problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
  throw new InputError(`${run}: cannot be resumed otherwise than it was begun: ${list}`, {
    problems,
  });
}
