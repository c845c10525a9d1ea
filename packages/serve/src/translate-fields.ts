import { maxSeed } from '@ganvas/core';
import * as z from 'zod';
import { expected, integer, oneOf, text, translateFormats } from './fields.js';

/** The fields of `/translate` beside the pictures: in the query, or in a body of JSON. */
export const translateSchema = z.strictObject(
  {
    /** Default: the first by name of those that translate. */
    model: text('the name of a model').optional(),
    version: integer(1, maxSeed).optional(),
    /** Overrides Accept. */
    format: oneOf(translateFormats).optional(),
  },
  expected('an object'),
);

/** The same with the pictures, as JSON holds them. */
export const buildTranslateSchema = (maxCount: number) => {
  const several = expected(`1 to ${maxCount} data URLs`);
  const urls = z.array(z.string(several), several).min(1, several).max(maxCount, several);
  return translateSchema.extend({ image: urls });
};

export type TranslateFields = z.infer<typeof translateSchema>;
