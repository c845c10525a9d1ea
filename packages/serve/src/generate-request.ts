import { maxSeed, type Problem } from '@ganvas/core';
import { classProblems, toClass } from './classes.js';
import type { ParsedFields } from './field-parser.js';
import type { Format } from './fields.js';
import { resolveModel } from './find-model.js';
import type { GenerateFields } from './generate-fields.js';
import type { Model } from './model.js';
import { classesOf } from './place.js';
import { assertNone } from './problem.js';

/** What is asked for, with nothing left open. */
export interface GenerateRequest {
  readonly model: Model;
  /** One per image. */
  readonly seeds: readonly number[];
  /** Whether the caller chose the seed: then the answer is always the same. */
  readonly isSeeded: boolean;
  /** One class number per image, for a conditional model. */
  readonly labels: readonly number[] | undefined;
  readonly format: Format;
  /** Images in a row, where several are to share one picture. */
  readonly columns: number | undefined;
}

type Parsed = ParsedFields<GenerateFields>;
type Fields = Parsed['fields'];

function labelProblems({ label, labels = [] }: Fields, model: Model): Problem[] {
  const isBoth = label !== undefined && labels.length > 0;
  return [
    ...classProblems('label', label, model),
    ...labels.flatMap((each, i) => classProblems(`labels[${i}]`, each, model)),
    ...(isBoth ? [{ path: 'labels', message: 'expected label or labels, got both' }] : []),
  ];
}

function countProblems({ labels, seed, grid = 1 }: Fields, count: number): Problem[] {
  const problems: Problem[] = [];
  if (labels !== undefined && labels.length !== count) {
    const message = `expected ${count}, as many as count, got ${labels.length}`;
    problems.push({ path: 'labels', message });
  }
  const highest = maxSeed - count + 1;
  if (seed !== undefined && seed > highest) {
    const message = `expected at most ${highest} for ${count} images, got ${seed}`;
    problems.push({ path: 'seed', message });
  }
  if (grid > count) {
    const message = `expected at most ${count}, as many as there are images, got ${grid}`;
    problems.push({ path: 'grid', message });
  }
  return problems;
}

export interface ResolveContext {
  readonly models: readonly Model[];
  /** What Accept asks for; `format` goes before it. Throws when nothing is acceptable. */
  readonly negotiate: () => Format;
  /** An integer low enough that a whole request can count up from it. */
  readonly randomSeed: () => number;
}

function resolveFormat({ format, grid }: Fields, negotiate: () => Format): Format {
  const chosen = format ?? negotiate();
  const message = 'expected none, since JSON holds each image by itself';
  const isContrary = grid !== undefined && chosen === 'json';
  assertNone('unprocessable', isContrary ? [{ path: 'grid', message }] : []);
  return chosen;
}

const countOf = ({ count, labels }: Fields): number => count ?? labels?.length ?? 1;

/** Turn what was read into a request: defaults filled in, names looked up, every fault refused at once. */
export function resolveRequest(parsed: Parsed, context: ResolveContext): GenerateRequest {
  const { fields, problems, code } = parsed;
  const model = resolveModel(parsed, { models: context.models, task: 'sample' });
  const count = countOf(fields);
  assertNone(code, [...problems, ...labelProblems(fields, model), ...countProblems(fields, count)]);
  const format = resolveFormat(fields, context.negotiate);
  const first = fields.seed ?? context.randomSeed();
  const seeds = Array.from({ length: count }, (_, i) => first + i);
  const isGrid = format === 'png' && (count > 1 || fields.grid !== undefined);
  return {
    model,
    seeds,
    isSeeded: fields.seed !== undefined,
    labels: labelsOf(fields, model.manifest.labels, seeds),
    format,
    columns: isGrid ? (fields.grid ?? Math.ceil(Math.sqrt(count))) : undefined,
  };
}

function labelsOf(
  fields: Fields,
  names: readonly string[] | undefined,
  seeds: readonly number[],
): number[] | undefined {
  if (names === undefined) return undefined;
  const { label, labels = seeds.map(() => label) } = fields;
  const own = classesOf(seeds, names.length);
  return labels.map((each, i) =>
    each === undefined ? (own[i] as number) : (toClass(each, names) as number),
  );
}
