import {
  InputError,
  type Interpolation,
  interpolations,
  labelFromSeed,
  maxSeed,
  type Problem,
  type Walk,
  type WalkEnd,
  walkBetween,
} from '@ganvas/core';
import type { InterpolateOptions, Label, ModelFacts, SampleOptions } from './sampler.js';

/** A sample request with every default filled in; `label` undefined: by seed, or no classes. */
export interface SampleRequest {
  readonly seed: number;
  readonly count: number;
  readonly label: number | undefined;
}

/** A walk with every default filled in: its ends, its frames, and the way between the latents. */
export interface LatentWalk extends Walk {
  readonly method: Interpolation;
}

/** Collects what is wrong, so that it is thrown once. */
function createProblems(where: string) {
  const problems: Problem[] = [];
  return {
    expect(holds: boolean, path: string, expected: string, got: unknown) {
      if (!holds) problems.push({ path, message: `expected ${expected}, got ${String(got)}` });
    },
    throwIfAny() {
      if (problems.length === 0) return;
      const list = problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
      throw new InputError(`${where}: ${list}`, { problems });
    },
  };
}
type Problems = ReturnType<typeof createProblems>;

const isSeed = (value: number) => Number.isSafeInteger(value) && value >= 0;
const aSeed = `an integer from 0 to ${maxSeed}`;

function randomSeed(): number {
  const [seed] = crypto.getRandomValues(new Uint32Array(1));
  return seed as number;
}

function toClass(model: ModelFacts, label: Label | undefined, path: string, problems: Problems) {
  if (label === undefined) return undefined;
  const names = model.labels ?? [];
  const number = typeof label === 'string' ? names.indexOf(label) : label;
  const isKnown = Number.isInteger(number) && number >= 0 && number < names.length;
  const some = names.length > 12 ? [...names.slice(0, 12), '...'] : names;
  const expected = names.length
    ? `one of ${some.join(', ')}`
    : `none, as ${model.name} has no classes`;
  problems.expect(isKnown, path, expected, JSON.stringify(label));
  return number;
}

/** The class that is drawn for a seed where nobody asked for one; undefined without classes. */
export const classOfSeed = ({ labels }: ModelFacts, seed: number): number | undefined =>
  labels && labelFromSeed(seed, labels.length);

/** Check the options of `sample` and fill in what is left out. Throws an InputError. */
export function toSampleRequest(model: ModelFacts, options: SampleOptions): SampleRequest {
  const problems = createProblems('sample');
  const { count = 1, seed = randomSeed() } = options;
  problems.expect(
    Number.isInteger(count) && count >= 1,
    'count',
    'an integer of at least 1',
    count,
  );
  // So far that the seed of the last picture still is one.
  const highest = Number.isInteger(count) ? maxSeed - Math.max(0, count - 1) : maxSeed;
  const isInRange = isSeed(seed) && seed <= highest;
  problems.expect(isInRange, 'seed', `an integer from 0 to ${highest}`, seed);
  const label = toClass(model, options.label, 'label', problems);
  problems.throwIfAny();
  return { seed, count, label };
}

function checkPlaces({ steps, at }: InterpolateOptions, problems: Problems): void {
  if (at) {
    const isInside = (t: number) => t >= 0 && t <= 1;
    problems.expect(at.length > 0 && at.every(isInside), 'at', 'numbers from 0 to 1', `[${at}]`);
    return;
  }
  const isCount = Number.isInteger(steps) && (steps as number) >= 2;
  problems.expect(isCount, 'steps', 'an integer of at least 2', steps);
}

/** Check the options of `interpolate` and fill in what is left out. Throws an InputError. */
export function toWalk(model: ModelFacts, options: InterpolateOptions): LatentWalk {
  const problems = createProblems('interpolate');
  const { method = 'slerp' } = options;
  const methods = Object.keys(interpolations);
  problems.expect(methods.includes(method), 'method', `one of ${methods.join(', ')}`, method);
  const toEnd = (path: 'from' | 'to'): WalkEnd => {
    const { seed, label } = options[path];
    problems.expect(isSeed(seed), `${path}.seed`, aSeed, seed);
    return { seed, label: toClass(model, label, `${path}.label`, problems) };
  };
  const [from, to] = [toEnd('from'), toEnd('to')];
  checkPlaces(options, problems);
  problems.throwIfAny();
  const at = options.at ?? options.steps;
  return { ...walkBetween(from, to, { at, classCount: model.labels?.length }), method };
}
