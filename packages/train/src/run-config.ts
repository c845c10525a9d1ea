import { InputError, modelSourceSchema } from '@ganvas/core';
import * as z from 'zod';
import { generatorNames } from './networks/generators.js';
import { normNames } from './networks/norms.js';
import { patchSizes } from './networks/patch-discriminator.js';
import { adversarialNames } from './objectives/adversarial.js';
import { type RecipeName, recipes, type TranslatorChoices } from './recipes.js';

/** What a person may choose of a translator's networks, by name. */
export const networkChoices = {
  generator: generatorNames,
  adversarial: adversarialNames,
  patch: patchSizes,
  norm: normNames,
} as const;

/** What a translator is made of. */
const translatorSchema = z.strictObject({
  source: modelSourceSchema,
  /** How many times larger its pictures are than its sources. */
  scale: z.union([z.literal(1), z.literal(2), z.literal(4)]),
  generator: z.enum(generatorNames),
  adversarial: z.enum(adversarialNames),
  patch: z.enum(patchSizes),
  norm: z.enum(normNames),
  baseChannels: z.int().positive(),
  discriminatorChannels: z.int().positive(),
});
export type TranslatorConfig = z.infer<typeof translatorSchema>;

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
  /** Adam's step at the start; absent where it is the recipe's. */
  learningRate: z.optional(z.number().positive()),
  translator: z.optional(translatorSchema),
});
export type RunConfig = z.infer<typeof runConfigSchema>;

/** What a person chooses of a run; the rest of its configuration follows from the recipe and the data. */
export interface RunChoices extends Partial<TranslatorChoices> {
  readonly recipe: RecipeName;
  /** A data source of the recipe's: `mnist`, `pairs:<folder>`. */
  readonly data: string;
  /** Whether a sampler is asked for a class; default false. */
  readonly conditional?: boolean;
  /** Size of a translator's pictures in pixels; default a square of the recipe's size. */
  readonly size?: { readonly width: number; readonly height: number };
  /** Pictures in a batch; default the recipe's. */
  readonly batchSize?: number;
  /** Adam's step at the start; default the recipe's. */
  readonly learningRate?: number;
  /** Default 0. */
  readonly seed?: number;
}

export const defaultSeed = 0;

/** The part of a configuration that is the same for all recipes. */
export const commonConfigOf = ({ recipe, data, batchSize, seed, learningRate }: RunChoices) => ({
  recipe,
  data,
  batchSize: batchSize ?? recipes[recipe].batchSize,
  seed: seed ?? defaultSeed,
  ...(learningRate !== undefined && { learningRate }),
});

/** A run goes on only as what it was. Throws an InputError that names what differs. */
export function assertSameConfig(run: string, was: RunConfig, now: RunConfig): void {
  const keys = new Set([...Object.keys(was), ...Object.keys(now)]) as Set<keyof RunConfig>;
  const problems = [...keys]
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
