import { InputError, type Manifest } from '@ganvas/core';
import type { ModelFacts } from './sampler.js';
import type { TranslatorFacts } from './translator.js';

/** What is read of a model, by its task. */
export interface Facts {
  readonly sample: ModelFacts;
  readonly translate: TranslatorFacts;
}
export type Task = keyof Facts;

/** What is read of a manifest to run its model on the device. */
export interface LocalManifests {
  readonly sample: ModelFacts & Pick<Manifest, 'variants'> & { readonly latentSize: number };
  readonly translate: TranslatorFacts & Pick<Manifest, 'variants'>;
}

type Need = readonly [expected: string, holds: (value: unknown) => boolean];
type Needs = Readonly<Record<string, Need>>;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
const isString = (value: unknown) => typeof value === 'string';
const isCount = (value: unknown) => Number.isInteger(value) && (value as number) >= 1;

function isVariant(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { precision, file, bytes, sha256 } = value;
  return isString(precision) && isString(file) && isCount(bytes) && isString(sha256);
}

const encodings = ['picture', 'masked', 'classes'];
const isColor = (value: unknown) => Array.isArray(value) && value.length === 3;
const isClass = (value: unknown) => isObject(value) && isColor(value['color']);

function isSource(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { channels, encoding, classes } = value;
  const isMap = encoding === 'classes';
  const named = Array.isArray(classes) && classes.length === channels && classes.every(isClass);
  return isCount(channels) && encodings.includes(encoding as string) && isMap === named;
}

// Only what this package reads: the whole schema of core costs 10 kB gzipped, its use nothing.
const sharedNeeds: Needs = {
  name: ['a string', isString],
  version: ['an integer of at least 1', isCount],
  'image.width': ['an integer of at least 1', isCount],
  'image.height': ['an integer of at least 1', isCount],
  'image.channels': ['1, 3 or 4', (value) => [1, 3, 4].includes(value as number)],
};

const factsNeeds: Readonly<Record<Task, Needs>> = {
  sample: {
    task: ['"sample"', (value) => value === 'sample'],
    ...sharedNeeds,
    labels: [
      'a list of names, or nothing',
      (value) => value === undefined || (Array.isArray(value) && value.every(isString)),
    ],
  },
  translate: {
    task: ['"translate"', (value) => value === 'translate'],
    ...sharedNeeds,
    'image.sizeMultiple': ['an integer of at least 1', isCount],
    'image.scale': [
      '1, 2, 4 or nothing',
      (value) => [undefined, 1, 2, 4].includes(value as number | undefined),
    ],
    source: ['channels, an encoding, and the classes of a semantic map', isSource],
  },
};

const localNeeds: Needs = {
  schemaVersion: ['1', (value) => value === 1],
  variants: [
    'at least one with precision, file, bytes and sha256',
    (value) => Array.isArray(value) && value.length > 0 && value.every(isVariant),
  ],
};

/** What running on the device takes besides, by task. */
const ownNeeds: Readonly<Record<Task, Needs>> = {
  sample: { latentSize: ['an integer of at least 1', isCount] },
  translate: {},
};

const valueAt = (value: unknown, path: string): unknown =>
  path.split('.').reduce((inner, key) => (isObject(inner) ? inner[key] : undefined), value);

const kinds = { sample: 'can be sampled', translate: 'translates' } as const;

function check(value: unknown, { where, task }: Parsing<Task>, needs: Needs): void {
  const problems = Object.entries(needs).flatMap(([path, [expected, holds]]) => {
    const got = valueAt(value, path);
    return holds(got)
      ? []
      : [{ path, message: `expected ${expected}, got ${JSON.stringify(got)}` }];
  });
  if (problems.length === 0) return;
  const list = problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
  throw new InputError(`${where}: not a Ganvas model that ${kinds[task]}: ${list}`, { problems });
}

interface Parsing<T extends Task> {
  readonly task: T;
  /** What is parsed, for errors. */
  readonly where: string;
}

/** Check what a server says of a model. Throws an InputError that lists every problem. */
export function parseFacts<T extends Task>(value: unknown, parsing: Parsing<T>): Facts[T] {
  check(value, parsing, factsNeeds[parsing.task]);
  return value as Facts[T];
}

/** Check those parts of a manifest that running on the device uses. Throws as `parseFacts` does. */
export function parseLocalManifest<T extends Task>(
  value: unknown,
  parsing: Parsing<T>,
): LocalManifests[T] {
  const { task } = parsing;
  check(value, parsing, { ...localNeeds, ...factsNeeds[task], ...ownNeeds[task] });
  return value as LocalManifests[T];
}

/** The task of a model: whoever does not say it is taken for a sampler, and its parser says what is missing. */
export const taskOf = (value: unknown): Task =>
  valueAt(value, 'task') === 'translate' ? 'translate' : 'sample';
