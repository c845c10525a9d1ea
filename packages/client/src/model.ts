import { InputError, type Manifest } from '@ganvas/core';
import type { ModelFacts } from './sampler.js';

/** What the on-device sampler needs of a manifest. */
export type LocalManifest = ModelFacts &
  Pick<Manifest, 'variants'> & { readonly latentSize: number };

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

// Only what this package reads: the whole schema of core costs 10 kB gzipped, its use nothing.
const factsNeeds: Needs = {
  name: ['a string', isString],
  version: ['an integer of at least 1', isCount],
  labels: [
    'a list of names, or nothing',
    (value) => value === undefined || (Array.isArray(value) && value.every(isString)),
  ],
  'image.width': ['an integer of at least 1', isCount],
  'image.height': ['an integer of at least 1', isCount],
  'image.channels': ['1, 3 or 4', (value) => [1, 3, 4].includes(value as number)],
};

const localNeeds: Needs = {
  schemaVersion: ['1', (value) => value === 1],
  task: ['"sample"', (value) => value === 'sample'],
  latentSize: ['an integer of at least 1', isCount],
  ...factsNeeds,
  variants: [
    'at least one with precision, file, bytes and sha256',
    (value) => Array.isArray(value) && value.length > 0 && value.every(isVariant),
  ],
};

const valueAt = (value: unknown, path: string): unknown =>
  path.split('.').reduce((inner, key) => (isObject(inner) ? inner[key] : undefined), value);

function check(value: unknown, where: string, needs: Needs): void {
  const problems = Object.entries(needs).flatMap(([path, [expected, holds]]) => {
    const got = valueAt(value, path);
    return holds(got)
      ? []
      : [{ path, message: `expected ${expected}, got ${JSON.stringify(got)}` }];
  });
  if (problems.length === 0) return;
  const list = problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
  throw new InputError(`${where}: not a Ganvas model that can be sampled: ${list}`, { problems });
}

/** Check what a server says of a model. Throws an InputError that lists every problem. */
export function parseFacts(value: unknown, where: string): ModelFacts {
  check(value, where, factsNeeds);
  return value as ModelFacts;
}

/** Check those parts of a manifest that on-device sampling uses. Throws as `parseFacts` does. */
export function parseLocalManifest(value: unknown, where: string): LocalManifest {
  check(value, where, localNeeds);
  return value as LocalManifest;
}
