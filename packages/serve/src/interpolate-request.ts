import {
  type Interpolation,
  interpolations,
  labelFromSeed,
  maxSeed,
  type Problem,
} from '@ganvas/core';
import * as z from 'zod';
import { classProblems, lookUp, toClass } from './generate-request.js';
import {
  expected,
  type Format,
  formats,
  integer,
  isOfValue,
  label,
  text,
  toProblems,
} from './generate-schema.js';
import type { Model } from './model.js';
import type { Between } from './place.js';
import { assertNone, toHttpProblem } from './problem.js';

const methods = Object.keys(interpolations) as [Interpolation, ...Interpolation[]];

const end = z.strictObject(
  {
    seed: integer(0, maxSeed),
    /** Default: the class that the seed stands for; at the end of the walk, that of its start. */
    label: label.optional(),
  },
  expected('an object with a seed'),
);

const buildSchema = (maxCount: number) => {
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
      method: z.enum(methods, expected(`one of ${methods.join(', ')}`)).optional(),
      format: z.enum(formats, expected(`one of ${formats.join(', ')}`)).optional(),
    },
    expected('an object'),
  );
};

/** The fields of `/interpolate`, each of the right type and within its range. */
type InterpolateFields = z.infer<ReturnType<typeof buildSchema>>;

/** Build the check of a request's fields. Throws an HttpProblem with every fault. */
export function createWalkParser(maxCount: number): (input: unknown) => InterpolateFields {
  const schema = buildSchema(maxCount);
  const names = Object.keys(schema.shape);
  return (input) => {
    const result = schema.safeParse(input, { reportInput: true });
    if (result.success) return result.data;
    const { issues } = result.error;
    const problems = issues.flatMap((issue) => toProblems(issue, names));
    throw toHttpProblem(issues.every(isOfValue) ? 'unprocessable' : 'malformed', problems);
  };
}

/** One end of a walk, with its class as a number where the model has classes. */
interface End {
  readonly seed: number;
  readonly label: number | undefined;
}

/** A walk with nothing left open. */
export interface WalkRequest {
  readonly model: Model;
  readonly from: End;
  readonly to: End;
  /** Each frame's place on the way. */
  readonly places: readonly Between[];
  /** Each frame's class: the start's before the middle, then the end's. */
  readonly labels: readonly number[] | undefined;
  readonly format: Format;
}

function placeProblems({ steps, at }: InterpolateFields): Problem[] {
  if ((steps === undefined) !== (at === undefined)) return [];
  const got = steps === undefined ? 'neither' : 'both';
  return [{ path: 'steps', message: `expected steps or at, got ${got}` }];
}

function labelProblems(fields: InterpolateFields, { manifest }: Model): Problem[] {
  return (['from', 'to'] as const).flatMap((path) => {
    const asked = fields[path].label;
    if (asked === undefined) return [];
    if (manifest.labels) return classProblems(`${path}.label`, asked, manifest.labels);
    const message = `expected none, since ${manifest.name} has no classes`;
    return [{ path: `${path}.label`, message }];
  });
}

function resolveEnds(
  { from, to }: InterpolateFields,
  names: readonly string[] | undefined,
): [End, End] {
  const classOf = (asked: InterpolateFields['from']['label']) =>
    asked === undefined || names === undefined ? undefined : toClass(asked, names);
  const start = classOf(from.label) ?? (names && labelFromSeed(from.seed, names.length));
  return [
    { seed: from.seed, label: start },
    { seed: to.seed, label: classOf(to.label) ?? start },
  ];
}

const evenly = (steps: number): number[] =>
  Array.from({ length: steps }, (_, i) => i / (steps - 1));

/** Turn checked fields into a walk: defaults filled in, names looked up, every fault refused at once. */
export function resolveWalk(
  fields: InterpolateFields,
  { models, negotiate }: { readonly models: readonly Model[]; readonly negotiate: () => Format },
): WalkRequest {
  const model = lookUp(models, fields.model, fields.version);
  if (!('manifest' in model)) throw toHttpProblem('unknown-model', [model]);
  assertNone('unprocessable', [...placeProblems(fields), ...labelProblems(fields, model)]);
  const [from, to] = resolveEnds(fields, model.manifest.labels);
  const { at = evenly(fields.steps ?? 2), method = 'slerp' } = fields;
  return {
    model,
    from,
    to,
    places: at.map((each) => ({ from: from.seed, to: to.seed, at: each, method })),
    labels: model.manifest.labels && at.map((t) => (t < 0.5 ? from.label : to.label) as number),
    format: fields.format ?? negotiate(),
  };
}
