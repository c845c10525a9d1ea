import { labelFromSeed, maxSeed, type Problem } from '@ganvas/core';
import type { Format, GenerateFields, ParsedFields } from './generate-schema.js';
import type { Model } from './model.js';
import { assertNone, toHttpProblem } from './problem.js';

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

/** Find the model by name and version; the first one where no name is given. */
export function lookUp(models: readonly Model[], name?: string, version?: number): Model | Problem {
  const model = name === undefined ? models[0] : models.find((each) => each.manifest.name === name);
  if (model === undefined) {
    const names = models.map(({ manifest }) => manifest.name).join(', ');
    return { path: 'model', message: `expected one of ${names}, got ${JSON.stringify(name)}` };
  }
  const { version: own } = model.manifest;
  if (version === undefined || version === own) return model;
  return { path: 'version', message: `expected ${own}, the one there is, got ${version}` };
}

/** Find the model of this name; without it the answer is 404. */
export function findModel(models: readonly Model[], name: string): Model {
  const found = lookUp(models, name);
  if ('manifest' in found) return found;
  throw toHttpProblem('unknown-model', [found]);
}

export type Label = NonNullable<GenerateFields['label']>;

/** A class's number: by name, or failing that by number. Undefined where there is no such class. */
export function toClass(label: Label, names: readonly string[]): number | undefined {
  const index = typeof label === 'string' ? names.indexOf(label) : label;
  if (index >= 0 && index < names.length) return index;
  const isNumber = typeof label === 'string' && /^(0|[1-9]\d{0,8})$/.test(label);
  return isNumber && Number(label) < names.length ? Number(label) : undefined;
}

/** What is wrong with a class: nothing where there is one of that name or number. */
export function classProblems(path: string, label: Label, names: readonly string[]): Problem[] {
  if (toClass(label, names) !== undefined) return [];
  const list = names.length > 20 ? `${names.slice(0, 20).join(', ')}, ...` : names.join(', ');
  const got = JSON.stringify(label);
  return [{ path, message: `expected one of ${list} or 0 to ${names.length - 1}, got ${got}` }];
}

function labelProblems(fields: GenerateFields, model: Model): Problem[] {
  const { label, labels } = fields;
  const { name, labels: names } = model.manifest;
  const given = Object.entries({ label, labels }).filter(([, value]) => value !== undefined);
  if (names === undefined) {
    return given.map(([path]) => ({
      path,
      message: `expected none, since ${name} has no classes`,
    }));
  }
  const check = (path: string, each: Label) => classProblems(path, each, names);
  return [
    ...(label === undefined ? [] : check('label', label)),
    ...(labels ?? []).flatMap((each, i) => check(`labels[${i}]`, each)),
    ...(given.length > 1
      ? [{ path: 'labels', message: 'expected label or labels, got both' }]
      : []),
  ];
}

function countProblems({ labels, seed }: GenerateFields, count: number): Problem[] {
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
  return problems;
}

export interface ResolveContext {
  readonly models: readonly Model[];
  /** What Accept asks for; `format` goes before it. Throws when nothing is acceptable. */
  readonly negotiate: () => Format;
  /** An integer low enough that a whole request can count up from it. */
  readonly randomSeed: () => number;
}

function resolveModel({ fields, problems, code }: ParsedFields, models: readonly Model[]): Model {
  const found = lookUp(models, fields.model, fields.version);
  if ('manifest' in found) return found;
  throw toHttpProblem(problems.length > 0 ? code : 'unknown-model', [...problems, found]);
}

function resolveFormat({ format, grid }: GenerateFields, negotiate: () => Format): Format {
  const chosen = format ?? negotiate();
  const message = 'expected none, since JSON holds each image by itself';
  const isContrary = grid !== undefined && chosen === 'json';
  assertNone('unprocessable', isContrary ? [{ path: 'grid', message }] : []);
  return chosen;
}

const countOf = ({ count, labels }: GenerateFields): number => count ?? labels?.length ?? 1;

/** Turn what was read into a request: defaults filled in, names looked up, every fault refused at once. */
export function resolveRequest(parsed: ParsedFields, context: ResolveContext): GenerateRequest {
  const { fields, problems, code } = parsed;
  const model = resolveModel(parsed, context.models);
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
  fields: GenerateFields,
  names: readonly string[] | undefined,
  seeds: readonly number[],
): number[] | undefined {
  if (names === undefined) return undefined;
  return seeds.map((seed, i) => {
    const label = fields.labels?.[i] ?? fields.label;
    if (label === undefined) return labelFromSeed(seed, names.length);
    return toClass(label, names) as number;
  });
}
