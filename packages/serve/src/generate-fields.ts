import { maxSeed } from '@ganvas/core';
import * as z from 'zod';
import { expected, formats, integer, label, oneOf, text } from './fields.js';

/** The fields of `/generate`, each of the right type and within its range. */
export const buildGenerateSchema = (maxCount: number) => {
  const several = expected(`1 to ${maxCount} class names or numbers`);
  return z.strictObject(
    {
      /** Default: the only model, or the first by name. */
      model: text('the name of a model').optional(),
      version: integer(1, maxSeed).optional(),
      /** Default: as many as `labels`, or 1. */
      count: integer(1, maxCount).optional(),
      /** Image i is that of seed + i. Default: drawn at random and reported. */
      seed: integer(0, maxSeed).optional(),
      /** The class of every image. */
      label: label.optional(),
      /** The class of each image. */
      labels: z.array(label, several).min(1, several).max(maxCount, several).optional(),
      /** Overrides Accept. */
      format: oneOf(formats).optional(),
      /** Images in a row of the PNG, at most as many as there are. */
      grid: integer(1, maxCount).optional(),
    },
    expected('an object'),
  );
};

export type GenerateFields = z.infer<ReturnType<typeof buildGenerateSchema>>;
