import { mkdir, mkdtemp, readdir, readFile, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Manifest } from '@ganvas/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exportRun } from './export-run.js';
import type { TrainEvent, TrainOptions } from './options.js';
import { readLastCheckpoint, writeCheckpoint } from './run-folder.js';
import { brightness, createSession } from './testing/sample-toy.js';
import { writeToyData } from './testing/toy-data.js';
import { train } from './train.js';

let folder: string;
let options: TrainOptions;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganvas-train-'));
  await mkdir(join(folder, 'data'));
  await writeToyData(join(folder, 'data'), 40);
  options = {
    recipe: 'wgan-gp',
    data: `idx:${join(folder, 'data')}`,
    conditional: true,
    out: join(folder, 'run'),
    steps: 12,
    batchSize: 8,
    seed: 5,
    device: 'cpu',
  };
});
afterEach(() => rm(folder, { recursive: true }));

const logLines = async (run: string): Promise<{ step: number; learningRate: number }[]> =>
  (await readFile(join(run, 'log.jsonl'), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

/** Train, and stop by the signal after so many steps. */
function trainUntil(given: TrainOptions, stopAfter: number) {
  const controller = new AbortController();
  const onEvent = (event: TrainEvent) => {
    if (event.type === 'step' && event.step === stopAfter) controller.abort();
  };
  return train({ ...given, onEvent, signal: controller.signal });
}

describe('train', () => {
  it('ends with the same weights, to the bit, whether it was stopped or not', async () => {
    const whole = await train(options);
    expect(whole).toMatchObject({ step: 12, stopped: 'done' });
    const parts = { ...options, out: join(folder, 'parts') };
    expect(await trainUntil(parts, 5)).toMatchObject({ step: 5, stopped: 'aborted' });
    expect(await train({ ...parts, resume: true })).toMatchObject({ step: 12, stopped: 'done' });

    const [a, b] = [await readLastCheckpoint(options.out), await readLastCheckpoint(parts.out)];
    expect(Object.keys(a.tensors).length).toBeGreaterThan(50);
    for (const [name, { data }] of Object.entries(a.tensors)) {
      const other = b.tensors[name]?.data as Float32Array;
      expect(Buffer.from(other.buffer).equals(Buffer.from(data.buffer)), name).toBe(true);
    }
    const other = await train({ ...options, seed: 6, out: join(folder, 'other') });
    expect(await readFile(other.checkpoint)).not.toEqual(await readFile(whole.checkpoint));
  });

  it('leaves a log, samples and the newest checkpoint, and says so as it goes', async () => {
    const events: TrainEvent[] = [];
    await train({ ...options, onEvent: (event) => events.push(event) });
    expect(events[0]).toMatchObject({ type: 'start', step: 0, device: 'cpu' });
    const steps = events.filter((event) => event.type === 'step');
    expect(steps.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(steps.at(-1)).toMatchObject({ totalSteps: 12, remainingMs: 0 });
    expect(Object.keys(steps[0]?.losses ?? {})).toContain('criticPenalty');
    expect(await readdir(join(options.out, 'checkpoints'))).toEqual([
      '000000.safetensors',
      '000012.safetensors',
    ]);
    expect(await readdir(join(options.out, 'samples'))).toEqual(['000000.png', '000012.png']);
    const [line] = await logLines(options.out);
    expect(line?.step).toBe(10);
    // 2e-3 falling to zero over 12 steps, at the tenth
    expect(line?.learningRate).toBeCloseTo((2e-3 * 3) / 12, 10);
  });

  it('learns which side of a picture each class is bright on', async () => {
    await train({ ...options, steps: 150, batchSize: 16, out: join(folder, 'long') });
    const [exported] = await exportRun(join(folder, 'long'), { to: join(folder, 'models', 'toy') });
    const dir = exported?.dir as string;
    const session = await createSession(join(dir, '1/model.onnx'));
    const [left, right] = [await brightness(session, 0), await brightness(session, 1)];
    // -1 is black and 1 is white; the data has about 0.7 on the bright side and -1 on the other
    expect(left.left - left.right).toBeGreaterThan(1);
    expect(right.right - right.left).toBeGreaterThan(1);
  });

  it('goes on with one engine where another stopped, and says which one runs and what to expect', async () => {
    await trainUntil({ ...options, batchSize: 2, steps: 2 }, 1);
    const events: TrainEvent[] = [];
    const onEvent = (event: TrainEvent) => events.push(event);
    const resumed = { ...options, batchSize: 2, steps: 2, resume: true, onEvent };
    expect(await train({ ...resumed, engine: 'tfjs' })).toMatchObject({ step: 2 });
    expect(events[0]).toMatchObject({
      type: 'start',
      engine: 'tfjs',
      device: 'cpu',
      library: '@tensorflow/tfjs-backend-cpu',
      refusals: [{ device: '@tensorflow/tfjs-node', reason: 'not installed' }],
      warnings: [expect.stringContaining('over a thousand times slower')],
      step: 1,
    });
  });

  it('trains a model without classes', async () => {
    await train({ ...options, conditional: false, steps: 2 });
    const [exported] = await exportRun(options.out, { to: join(folder, 'models', 'plain') });
    const manifest = exported?.manifest as Manifest;
    expect(manifest.inputs.map(({ name }) => name)).toEqual(['z']);
    expect(manifest.labels).toBeUndefined();
  });

  it('stops after the minutes that it is given', async () => {
    const { steps: _, ...rest } = options;
    const result = await train({ ...rest, minutes: 0.05 });
    expect(result.stopped).toBe('done');
    expect(result.elapsedMs).toBeGreaterThanOrEqual(3000);
    expect(result.elapsedMs).toBeLessThan(10_000);
  });

  it('names the step and the last good checkpoint when a number is no longer finite', async () => {
    await train({ ...options, steps: 3 });
    const checkpoint = await readLastCheckpoint(options.out);
    const tensors = Object.fromEntries(
      Object.entries(checkpoint.tensors).map(([name, { data, shape }]) => {
        return [name, { shape, data: name.startsWith('critic/') ? data.map(() => 1e30) : data }];
      }),
    );
    const file = await writeCheckpoint(options.out, { ...checkpoint, step: 4, tensors });
    const resumed = train({ ...options, resume: true });
    await expect(resumed).rejects.toThrow(
      /train: not finite at step 5: critic.*last good checkpoint is/,
    );
    await expect(train({ ...options, resume: true })).rejects.toThrow(file);
    expect((await readLastCheckpoint(options.out)).step).toBe(4);
  });

  it('refuses a folder that holds a run, a run begun otherwise, and options that cannot be', async () => {
    await train({ ...options, steps: 1 });
    await expect(train(options)).rejects.toThrow(/already holds a run: go on with it by --resume/);
    await expect(train({ ...options, resume: true, batchSize: 4 })).rejects.toThrow(
      /batchSize: expected 8 as the run has, got 4/,
    );
    const engine = 'torch' as 'onnx';
    await expect(train({ ...options, steps: 0, seed: -1, engine })).rejects.toThrow(
      'train: steps: expected a whole number above 0, got 0; seed: expected a whole number from 0 to 2^53 - 1, got -1; ' +
        'engine: expected one of onnx, tfjs, got torch',
    );
  });
});

describe('exportRun', () => {
  it('refuses a checkpoint that is cut off, naming it, and leaves the model as it was', async () => {
    const { checkpoint } = await train({ ...options, steps: 1 });
    const to = join(folder, 'models', 'toy');
    await exportRun(options.out, { to });
    const before = await readFile(join(to, 'ganvas.json'));
    await truncate(checkpoint, Math.floor((await stat(checkpoint)).size / 2));
    await expect(exportRun(options.out, { to })).rejects.toThrow(
      `${checkpoint}: the content does not have its hash: the file is cut off or damaged`,
    );
    await expect(train({ ...options, resume: true })).rejects.toThrow(checkpoint);
    expect(await readdir(to)).toEqual(['1', 'ganvas.json']);
    expect(await readFile(join(to, 'ganvas.json'))).toEqual(before);
  });

  it('says what to do where there is no run', async () => {
    const missing = exportRun(join(folder, 'none'), { to: join(folder, 'models', 'toy') });
    await expect(missing).rejects.toThrow(
      /none: holds no checkpoint to go on from: expected the folder of a run/,
    );
  });
});
