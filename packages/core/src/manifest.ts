import * as z from 'zod/mini';
import { en } from 'zod/v4/locales';
import { InputError } from './errors.js';

/** What a model may be called, and so its folder. */
export const modelNamePattern = /^[a-z0-9][a-z0-9._-]{0,63}$/;

const name = z
  .string()
  .check(z.regex(modelNamePattern, 'expected a-z, 0-9, dot, dash or underscore, at most 64'));
const positive = z.int().check(z.positive());

const tensor = z.strictObject({
  name: z.string().check(z.minLength(1)),
  dtype: z.enum(['float32', 'int64']),
  /** A number is fixed; a name (`N`) is chosen at run time. */
  shape: z.array(z.union([positive, z.string().check(z.minLength(1))])),
});

const training = z.strictObject({
  objective: z.string(),
  data: z.string(),
  steps: z.int().check(z.nonnegative()),
  batchSize: positive,
  seed: z.int().check(z.nonnegative()),
  metrics: z.record(z.string(), z.number()),
});

const descriptionFields = {
  schemaVersion: z.literal(1),
  name,
  version: positive,
  task: z.enum(['sample', 'translate']),
  inputs: z.array(tensor).check(z.minLength(1)),
  outputs: z.array(tensor).check(z.minLength(1)),
  /** Length of `z`; samplers have it. */
  latentSize: z.optional(positive),
  /** Class names by number; conditional models have them. */
  labels: z.optional(z.array(z.string()).check(z.minLength(1))),
  image: z.strictObject({
    width: positive,
    height: positive,
    channels: z.union([z.literal(1), z.literal(3), z.literal(4)]),
    range: z.tuple([z.literal(-1), z.literal(1)]),
    /** Both sides of a translator's input must be multiples of it. */
    sizeMultiple: z.optional(positive),
  }),
  opset: positive,
  training: z.optional(training),
  license: z.string(),
};

const variant = z.strictObject({
  precision: z.enum(['fp32', 'fp16', 'q8']),
  /** Path from the manifest's folder, with forward slashes. */
  file: z
    .string()
    .check(z.regex(/^(?!.*\.\.)[\w.-]+(\/[\w.-]+)*$/, 'expected a relative path without ".."')),
  bytes: positive,
  sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits')),
});

/** A sampler says how long its latent is and takes it; a conditional model takes labels. */
function crossChecks(model: {
  task: string;
  inputs: { name: string }[];
  latentSize?: number | undefined;
  labels?: string[] | undefined;
}): [path: string, message: string][] {
  const takes = (input: string) => model.inputs.some((each) => each.name === input);
  const problems: [string, string][] = [];
  if (model.task === 'sample' && model.latentSize === undefined)
    problems.push(['latentSize', 'expected a number, since task is "sample"']);
  if (model.task === 'sample' && !takes('z'))
    problems.push(['inputs', 'expected an input named "z", since task is "sample"']);
  if (model.labels !== undefined && !takes('label'))
    problems.push(['inputs', 'expected an input named "label", since labels are given']);
  if (model.labels === undefined && takes('label'))
    problems.push(['labels', 'expected the class names, since there is an input named "label"']);
  return problems;
}

const consistent = z.check<Parameters<typeof crossChecks>[0]>((context) => {
  for (const [path, message] of crossChecks(context.value)) {
    context.issues.push({ code: 'custom', message, path: [path], input: context.value });
  }
});

/** What one `.onnx` file says of itself, in its metadata under the key `ganvas`. */
export const modelDescriptionSchema = z.strictObject(descriptionFields).check(consistent);
export type ModelDescription = z.infer<typeof modelDescriptionSchema>;

/** `ganvas.json`: the description, and the files of the model with their sizes and hashes. */
export const manifestSchema = z
  .strictObject({ ...descriptionFields, variants: z.array(variant).check(z.minLength(1)) })
  .check(consistent);
export type Manifest = z.infer<typeof manifestSchema>;
export type ModelVariant = z.infer<typeof variant>;

// Messages in words: zod/mini has none of its own. Given here, not set for the whole process.
const english = en().localeError;

/** A path as people write it: `inputs[0].name`. */
const toPath = (keys: readonly PropertyKey[]): string =>
  keys.reduce<string>((path, key) => {
    if (typeof key === 'number') return `${path}[${key}]`;
    return path === '' ? String(key) : `${path}.${String(key)}`;
  }, '');

function parse<T>(schema: z.ZodMiniType<T>, value: unknown, where: string): T {
  const result = schema.safeParse(value, { error: english });
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => ({
    path: toPath(issue.path),
    message: issue.message,
  }));
  const list = problems.map(({ path, message }) => (path ? `${path}: ${message}` : message));
  throw new InputError(`${where}: not a Ganvas manifest: ${list.join('; ')}`, { problems });
}

/** Check unknown data as a manifest. Throws an InputError that lists every problem with its path. */
export const parseManifest = (value: unknown, where = 'ganvas.json'): Manifest =>
  parse(manifestSchema, value, where);

/** Check unknown data as the description inside an `.onnx` file. Throws as `parseManifest` does. */
export const parseModelDescription = (value: unknown, where = 'model.onnx'): ModelDescription =>
  parse(modelDescriptionSchema, value, where);
