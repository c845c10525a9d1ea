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

const byte = z.int().check(z.minimum(0), z.maximum(255));
const semanticClass = z.strictObject({
  name: z.string().check(z.minLength(1)),
  /** How the class is painted in a semantic map: red, green, blue. */
  color: z.tuple([byte, byte, byte]),
});

/** What the channels of a translator's `source` are. */
export const modelSourceSchema = z.strictObject({
  channels: positive,
  /**
   * `picture`: grey or red, green, blue, in [-1, 1]. `masked`: the same, 0 where the picture is to be filled in,
   * and a last channel that is 1 there and -1 elsewhere. `classes`: a semantic map, one channel for each of
   * `classes`, 1 where a pixel is of that class and 0 elsewhere.
   */
  encoding: z.enum(['picture', 'masked', 'classes']),
  classes: z.optional(z.array(semanticClass).check(z.minLength(2))),
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
  /** The picture that a model makes. A translator's has any size: that of its pictures in training is given here. */
  image: z.strictObject({
    width: positive,
    height: positive,
    channels: z.union([z.literal(1), z.literal(3), z.literal(4)]),
    range: z.tuple([z.literal(-1), z.literal(1)]),
    /** Both sides of a translator's source must be multiples of it. */
    sizeMultiple: z.optional(positive),
    /** How many times wider and higher a translator's picture is than its source; default 1. */
    scale: z.optional(z.union([z.literal(1), z.literal(2), z.literal(4)])),
  }),
  /** What a translator takes, `image.scale` times narrower and lower than what it makes (`sourceSizeOf`). */
  source: z.optional(modelSourceSchema),
  opset: positive,
  training: z.optional(training),
  license: z.string(),
};

const variantFields = {
  /** What it computes in. */
  precision: z.enum(['fp32', 'fp16', 'q8']),
  /** What its weights are stored in, where that is narrower than `precision`. */
  weights: z.optional(z.literal('fp16')),
  /** Path from the manifest's folder, with forward slashes. */
  file: z
    .string()
    .check(z.regex(/^(?!.*\.\.)[\w.-]+(\/[\w.-]+)*$/, 'expected a relative path without ".."')),
  bytes: positive,
  sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits')),
};
const variant = z.strictObject(variantFields).check(
  z.refine(({ precision, weights }) => weights === undefined || precision === 'fp32', {
    path: ['weights'],
    error: 'expected none, since precision is not "fp32"',
  }),
);

type Described = z.infer<z.ZodMiniObject<typeof descriptionFields>>;

/** The path of a field, whether what it says goes with the others, and what was expected. */
type CrossCheck = readonly [path: string, holds: boolean, message: string];

/** What must hold between a translator's source and its picture. */
function sourceChecks(taken: ModelSource, scale: number): readonly CrossCheck[] {
  const { encoding, channels, classes } = taken;
  const isMap = encoding === 'classes';
  const mask = encoding === 'masked' ? 1 : 0;
  return [
    [
      'source.classes',
      isMap === (classes !== undefined),
      'expected the classes of a semantic map, and of nothing else',
    ],
    [
      'source.channels',
      !isMap || classes === undefined || classes.length === channels,
      `expected one channel a class, ${classes?.length}`,
    ],
    [
      'source.channels',
      isMap || [1, 3].includes(channels - mask),
      `expected ${1 + mask} or ${3 + mask}, since encoding is "${encoding}"`,
    ],
    [
      'image.scale',
      encoding !== 'masked' || scale === 1,
      'expected 1, since what a "masked" source keeps is copied',
    ],
  ];
}

/** What must hold between all fields. */
const crossChecks = (model: Described): readonly CrossCheck[] => {
  const { task, source: taken, image, labels, latentSize } = model;
  const takes = (input: string) => model.inputs.some((each) => each.name === input);
  const isSampler = task === 'sample';
  const since = `since task is "${task}"`;
  return [
    ['latentSize', !isSampler || latentSize !== undefined, `expected a number, ${since}`],
    ['inputs', !isSampler || takes('z'), `expected an input named "z", ${since}`],
    ['inputs', isSampler || takes('source'), `expected an input named "source", ${since}`],
    [
      'source',
      isSampler === (taken === undefined),
      `${isSampler ? 'expected none' : 'expected what the input is'}, ${since}`,
    ],
    [
      'image.sizeMultiple',
      isSampler === (image.sizeMultiple === undefined),
      `expected ${isSampler ? 'none' : 'a number'}, ${since}`,
    ],
    ['image.scale', !isSampler || image.scale === undefined, `expected none, ${since}`],
    ['image.width', image.width % (image.scale ?? 1) === 0, 'expected a multiple of image.scale'],
    ['image.height', image.height % (image.scale ?? 1) === 0, 'expected a multiple of image.scale'],
    ...(taken === undefined ? [] : sourceChecks(taken, image.scale ?? 1)),
    [
      'inputs',
      labels === undefined || takes('label'),
      'expected an input named "label", since labels are given',
    ],
    [
      'labels',
      labels !== undefined || !takes('label'),
      'expected the class names, since there is an input named "label"',
    ],
  ];
};

const consistent = z.check<Described>((context) => {
  for (const [path, holds, message] of crossChecks(context.value)) {
    if (holds) continue;
    context.issues.push({ code: 'custom', message, path: path.split('.'), input: context.value });
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
/** What a translator takes. */
export type ModelSource = z.infer<typeof modelSourceSchema>;

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
