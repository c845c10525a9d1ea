import { type Problem, type Walk, walkBetween } from '@ganvas/core';
import { classProblems, type Label, toClass } from './classes.js';
import type { ParsedFields } from './field-parser.js';
import type { Format } from './fields.js';
import { resolveModel } from './find-model.js';
import type { InterpolateFields } from './interpolate-fields.js';
import type { Model } from './model.js';
import type { Between } from './place.js';
import { assertNone } from './problem.js';

/** A walk with nothing left open. */
export interface WalkRequest {
  readonly model: Model;
  readonly walk: Walk;
  /** Each frame's place on the way. */
  readonly places: readonly Between[];
  /** Each frame's class, for a conditional model. */
  readonly labels: readonly number[] | undefined;
  readonly format: Format;
}

type Parsed = ParsedFields<InterpolateFields>;

/** Whether there are places; a faulty one counts, since it is named already. */
function placeProblems({ fields: { steps, at }, problems }: Parsed): Problem[] {
  const isFaulty = problems.some(({ path }) => /^(steps|at)\b/.test(path));
  if ((steps === undefined) !== (at === undefined) || (isFaulty && at === undefined)) return [];
  const got = steps === undefined ? 'neither' : 'both';
  return [{ path: 'steps', message: `expected steps or at, got ${got}` }];
}

const labelProblems = ({ from, to }: Parsed['fields'], model: Model): Problem[] => [
  ...classProblems('from.label', from?.label, model),
  ...classProblems('to.label', to?.label, model),
];

function layOut({ from, to, steps, at }: InterpolateFields, model: Model): Walk {
  const names = model.manifest.labels;
  const toEnd = ({
    seed,
    label,
  }: {
    readonly seed: number;
    readonly label?: Label | undefined;
  }) => ({
    seed,
    label: names && label !== undefined ? toClass(label, names) : undefined,
  });
  return walkBetween(toEnd(from), toEnd(to), { at: at ?? steps ?? 2, classCount: names?.length });
}

/** Turn what was read into a walk: defaults filled in, names looked up, every fault refused at once. */
export function resolveWalk(
  parsed: Parsed,
  { models, negotiate }: { readonly models: readonly Model[]; readonly negotiate: () => Format },
): WalkRequest {
  const { problems, code } = parsed;
  const model = resolveModel(parsed, { models, task: 'sample' });
  const faults = [...placeProblems(parsed), ...labelProblems(parsed.fields, model)];
  assertNone(code, [...problems, ...faults]);
  // Without problems every field is there.
  const fields = parsed.fields as InterpolateFields;
  const walk = layOut(fields, model);
  const { method = 'slerp' } = fields;
  return {
    model,
    walk,
    places: walk.frames.map(({ at }) => ({
      from: walk.from.seed,
      to: walk.to.seed,
      at,
      method,
    })),
    labels: model.manifest.labels && walk.frames.map(({ label }) => label as number),
    format: fields.format ?? negotiate(),
  };
}
