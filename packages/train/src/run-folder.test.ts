import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunConfig } from './run-config.js';
import {
  appendLog,
  checkpointFile,
  createRun,
  readLastCheckpoint,
  truncateLog,
  writeCheckpoint,
} from './run-folder.js';

const config: RunConfig = {
  recipe: 'wgan-gp',
  data: 'mnist',
  classes: null,
  width: 28,
  height: 28,
  channels: 1,
  batchSize: 64,
  seed: 0,
};
let run: string;
beforeEach(async () => {
  run = join(await mkdtemp(join(tmpdir(), 'ganvas-run-')), 'run');
  await createRun(run, config);
});
afterEach(() => rm(join(run, '..'), { recursive: true }));

const write = (step: number) =>
  writeCheckpoint(run, {
    config,
    step,
    elapsedMs: 10 * step,
    tensors: { w: { data: Float32Array.of(step), shape: [1] } },
  });

describe('createRun', () => {
  it('begins again where a run was ended before its first checkpoint, and not after it', async () => {
    await createRun(run, config);
    await expect(readLastCheckpoint(run)).rejects.toThrow(
      `${run}: holds no checkpoint to go on from: expected the folder of a run`,
    );
    await write(0);
    await expect(createRun(run, config)).rejects.toThrow('already holds a run');
  });
});

describe('writeCheckpoint', () => {
  it('keeps the last two by their number, past a million steps as well', async () => {
    for (const step of [999_990, 999_995, 1_000_000]) await write(step);
    const files = (await readdir(join(run, 'checkpoints'))).sort();
    expect(files).toEqual(['1000000.safetensors', '999995.safetensors']);
    const { step, elapsedMs, tensors } = await readLastCheckpoint(run);
    expect([step, elapsedMs, tensors['w']?.data[0]]).toEqual([1_000_000, 10_000_000, 1_000_000]);
  });
});

describe('readLastCheckpoint', () => {
  it('takes nothing older silently, and says what to do', async () => {
    await write(1);
    await truncate(await write(2), 100);
    await expect(readLastCheckpoint(run)).rejects.toThrow(
      `cut off or damaged: delete it to go on from ${checkpointFile(run, 1)}`,
    );
    await rm(checkpointFile(run, 2));
    expect((await readLastCheckpoint(run)).step).toBe(1);
  });
});

describe('truncateLog', () => {
  it('drops the lines after a step, and one that was cut off', async () => {
    for (const step of [10, 20, 30]) await appendLog(run, { step });
    const file = join(run, 'log.jsonl');
    await writeFile(file, `${await readFile(file, 'utf8')}{"step":4`);
    await truncateLog(run, 20);
    expect(await readFile(file, 'utf8')).toBe('{"step":10}\n{"step":20}\n');
  });
});
