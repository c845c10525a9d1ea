import type { Manifest, Problem } from '@ganvas/core';
import type { ParsedFields } from './field-parser.js';
import type { Model } from './model.js';
import { type ProblemCode, toHttpProblem } from './problem.js';

type Task = Manifest['task'];

/** A model that cannot be given, and why. */
interface Fault {
  readonly code: ProblemCode;
  readonly problem: Problem;
}

const routeOf: Record<Task, string> = { sample: '/generate', translate: '/translate' };

const namesOf = (models: readonly Model[]): string =>
  models.map(({ manifest }) => manifest.name).join(', ');

const isFor =
  (task: Task) =>
  ({ manifest }: Model): boolean =>
    manifest.task === task;

interface Wanted {
  readonly task: Task;
  readonly name?: string | undefined;
  readonly version?: number | undefined;
}

/** Find the model by name and version, the first that does the task where no name is given. */
function lookUp(models: readonly Model[], { task, name, version }: Wanted): Model | Fault {
  const able = models.filter(isFor(task));
  const model = name === undefined ? able[0] : models.find((each) => each.manifest.name === name);
  if (model === undefined) {
    const message =
      able.length === 0
        ? `expected a model to ${task}, but the server has none`
        : `expected one of ${namesOf(able)}, got ${JSON.stringify(name)}`;
    return { code: 'unknown-model', problem: { path: 'model', message } };
  }
  const { task: does, version: own } = model.manifest;
  if (does !== task) {
    const message = `expected a model to ${task}, got one to ${does}: POST ${routeOf[does]} runs it`;
    return { code: 'unprocessable', problem: { path: 'model', message } };
  }
  if (version === undefined || version === own) return model;
  const message = `expected ${own}, the one there is, got ${version}`;
  return { code: 'unknown-model', problem: { path: 'version', message } };
}

/** Find the model that a request names, or the first that does the task; throw for all that is wrong. */
export function resolveModel(
  {
    fields,
    problems,
    code,
  }: ParsedFields<{ model?: string | undefined; version?: number | undefined }>,
  { models, task }: { readonly models: readonly Model[]; readonly task: Task },
): Model {
  const found = lookUp(models, { task, name: fields.model, version: fields.version });
  if ('manifest' in found) return found;
  throw toHttpProblem(problems.length > 0 ? code : found.code, [...problems, found.problem]);
}

/** Find the model of this name, whatever it does; without it the answer is 404. */
export function findModel(models: readonly Model[], name: string): Model {
  const found = models.find(({ manifest }) => manifest.name === name);
  if (found !== undefined) return found;
  const message = `expected one of ${namesOf(models)}, got ${JSON.stringify(name)}`;
  throw toHttpProblem('unknown-model', [{ path: 'model', message }]);
}
