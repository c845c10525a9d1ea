import { appendFile, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '@ganvas/core';
import writeFileAtomic from 'write-file-atomic';
import * as z from 'zod';
import type { StateNumbers } from './engines/engine.js';
import { type RunConfig, runConfigSchema } from './run-config.js';
import { fromSafetensors, toSafetensors } from './safetensors.js';

/** Where a run stands. Every random number follows from the seed and the step, so they are its random state. */
const progressSchema = z.strictObject({
  config: runConfigSchema,
  step: z.int().nonnegative(),
  elapsedMs: z.number().nonnegative(),
});
type Progress = z.infer<typeof progressSchema>;

export interface Checkpoint extends Progress {
  readonly tensors: StateNumbers;
}

const metadataKey = 'ganvas';
const checkpointPattern = /^(\d+)\.safetensors$/;
// The newest, and the one before it in case the newest turns out to be unusable.
const keptCheckpoints = 2;

export const checkpointFile = (run: string, step: number): string =>
  join(run, 'checkpoints', `${String(step).padStart(6, '0')}.safetensors`);
export const samplesFile = (run: string, step: number): string =>
  join(run, 'samples', `${String(step).padStart(6, '0')}.png`);
const configFile = (run: string): string => join(run, 'run.json');
const logFile = (run: string): string => join(run, 'log.jsonl');

/** The checkpoints of a run, oldest first. */
async function listCheckpoints(run: string): Promise<string[]> {
  const names = await readdir(join(run, 'checkpoints')).catch(() => []);
  const steps = names.flatMap((name) => checkpointPattern.exec(name)?.[1] ?? []).map(Number);
  return steps.sort((a, b) => a - b).map((step) => checkpointFile(run, step));
}

/** Make the folder of a new run. Refuses a folder that holds a run: anything that could be gone on from. */
export async function createRun(run: string, config: RunConfig): Promise<void> {
  if ((await listCheckpoints(run)).length > 0) {
    throw new InputError(
      `${run}: already holds a run: go on with it by --resume, or choose another --out`,
    );
  }
  await mkdir(join(run, 'checkpoints'), { recursive: true });
  await mkdir(join(run, 'samples'), { recursive: true });
  await writeFileAtomic(configFile(run), `${JSON.stringify(config, null, 2)}\n`);
}

/** Write a checkpoint whole or not at all, then drop those before the last two. */
export async function writeCheckpoint(run: string, checkpoint: Checkpoint): Promise<string> {
  const { tensors, ...progress } = checkpoint;
  const file = checkpointFile(run, checkpoint.step);
  const bytes = toSafetensors(tensors, { [metadataKey]: JSON.stringify(progress) });
  await writeFileAtomic(file, Buffer.from(bytes));
  const old = (await listCheckpoints(run)).slice(0, -keptCheckpoints);
  await Promise.all(old.map((path) => rm(path)));
  return file;
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return undefined;
  }
}

/** Read and check one checkpoint file. */
async function readCheckpoint(file: string): Promise<Checkpoint> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw new InputError(`${file}: cannot be read`, { cause });
  });
  const { tensors, metadata } = fromSafetensors(bytes, file);
  const parsed = progressSchema.safeParse(parseJson(metadata[metadataKey]));
  if (!parsed.success) {
    throw new InputError(`${file}: not a Ganvas checkpoint: ${z.prettifyError(parsed.error)}`);
  }
  return { ...parsed.data, tensors };
}

/** Read the newest checkpoint of a run. A damaged one is an error that names it: nothing older is taken silently. */
export async function readLastCheckpoint(run: string): Promise<Checkpoint> {
  const [file, previous] = (await listCheckpoints(run)).reverse();
  if (!file) {
    throw new InputError(
      `${run}: holds no checkpoint to go on from: expected the folder of a run, as given to train --out`,
    );
  }
  try {
    return await readCheckpoint(file);
  } catch (cause) {
    if (!previous || !(cause instanceof InputError)) throw cause;
    throw new InputError(`${cause.message}: delete it to go on from ${previous}`, { cause });
  }
}

/** Append one line to the run's log. */
export const appendLog = (run: string, line: object): Promise<void> =>
  appendFile(logFile(run), `${JSON.stringify(line)}\n`);

/** Drop the lines after a step: a run that was cut off after its checkpoint writes them again. */
export async function truncateLog(run: string, step: number): Promise<void> {
  const text = await readFile(logFile(run), 'utf8').catch(() => '');
  const lines = text.split('\n').filter((line) => isUpTo(line, step));
  await writeFileAtomic(logFile(run), lines.map((line) => `${line}\n`).join(''));
}

function isUpTo(line: string, step: number): boolean {
  if (line === '') return false;
  try {
    return (JSON.parse(line) as { step: number }).step <= step;
  } catch {
    // A line cut off by a crash is after the last checkpoint.
    return false;
  }
}
