import { type Interpolation, interpolations, maxSeed } from '@ganvas/core';
import * as z from 'zod';
import { expected, formats, integer, label, oneOf, text } from './fields.js';

const methods = Object.keys(interpolations) as Interpolation[];

const end = z.strictObject(
  {
    seed: integer(0, maxSeed),
    /** Default: the class that the seed stands for; at the end of the walk, that of its start. */
    label: label.optional(),
  },
  expected('an object with a seed'),
);

/** The fields of `/interpolate`, each of the right type and within its range. */
export const buildInterpolateSchema = (maxCount: number) => {
  const places = expected(`1 to ${maxCount} numbers from 0 to 1`);
  return z.strictObject(
    {
      model: text('the name of a model').optional(),
      version: integer(1, maxSeed).optional(),
      from: end,
      to: end,
      /** How many frames, evenly spaced with both ends. */
      steps: integer(2, maxCount).optional(),
      /** Where the frames lie instead: 0 is the start, 1 the end. */
      at: z
        .array(z.number(places).min(0, places).max(1, places), places)
        .min(1, places)
        .max(maxCount, places)
        .optional(),
      /** Default `slerp`. */
      method: oneOf(methods).optional(),
      format: oneOf(formats).optional(),
    },
    expected('an object'),
  );
};

export type InterpolateFields = z.infer<ReturnType<typeof buildInterpolateSchema>>;
