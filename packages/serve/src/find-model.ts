import type { Problem } from '@ganvas/core';
import type { Model } from './model.js';
import { toHttpProblem } from './problem.js';

/** Find the model by name and version, the first one where no name is given, or say what is wrong. */
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
