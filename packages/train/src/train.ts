import { foldIn, integerAt } from '@ganvas/core';
import { createBatches } from './data/batches.js';
import { type Dataset, loadDataset } from './data/dataset.js';
import type { Engine, StateNumbers } from './engines/engine.js';
import { compileSteps, createOnnxEngine } from './engines/onnx.js';
import type { StepName } from './gan.js';
import { normals, streamKey, uniforms } from './noise.js';
import { assertTrainOptions, devicesFor, type Length, lengthOf, type TrainOptions, type TrainResult } from './options.js';
import { buildFor, planOf } from './plan.js';
import { type Recipe, recipes } from './recipes.js';
import { assertSameConfig, configFor, type RunConfig } from './run-config.js';
import { appendLog, createRun, readLastCheckpoint, samplesFile, truncateLog, writeCheckpoint } from './run-folder.js';
import { sampleSheet, writeSheet } from './samples.js';

const logEverySteps = 10;
const checkpointEveryMs = 60_000;

type Losses = Readonly<Record<string, number>>;

/** How much of a run is done, from 0 to 1. */
const shareDone = (length: Length, step: number, elapsedMs: number): number =>
  Math.min(1, 'steps' in length ? step / length.steps : elapsedMs / (length.minutes * 60_000));

/**
 * The numbers of one generator step and its critic steps. All follow from the seed and the step, so a
 * resumed run draws what it would have drawn.
 */
function createIteration(engine: Engine<StepName>, dataset: Dataset, config: RunConfig, recipe: Recipe) {
  const { batchSize, seed } = config;
  const key = (stream: Parameters<typeof streamKey>[1]) => streamKey(seed, stream);
  const keys = {
    criticLatent: key('criticLatent'),
    mix: key('mix'),
    generatorLatent: key('generatorLatent'),
    generatorLabel: key('generatorLabel'),
  };
  const batchAt = createBatches(dataset, { batchSize, key: key('order') });
  const latentCount = batchSize * recipe.latentSize;
  const classCount = config.classes?.length;
  const labelsAt = (step: number): Int32Array => {
    const own = foldIn(keys.generatorLabel, step);
    return Int32Array.from({ length: batchSize }, (_, i) => integerAt(own, i, classCount ?? 1));
  };

  return async (step: number, rate: number): Promise<Losses> => {
    const learningRate = Float32Array.of(rate);
    let losses: StateNumbers = {};
    for (let k = 0; k < recipe.criticSteps; k++) {
      const index = step * recipe.criticSteps + k;
      const { images, labels } = batchAt(index);
      losses = await engine.run('critic', {
        real: images,
        label: labels,
        z: normals(keys.criticLatent, index, latentCount),
        mix: uniforms(keys.mix, index, batchSize),
        learningRate,
      });
    }
    const generatorLosses = await engine.run('generator', {
      z: normals(keys.generatorLatent, step, latentCount),
      label: labelsAt(step),
      learningRate,
      // Follows the young generator closely, the old one slowly.
      averageDecay: Float32Array.of(Math.min(recipe.averageDecay, (1 + step) / (10 + step))),
    });
    const all = Object.entries({ ...losses, ...generatorLosses });
    return Object.fromEntries(all.map(([name, { data }]) => [name, data[0] as number]));
  };
}

/** Say which numbers are not finite; undefined when all are. */
function notFinite(numbers: Readonly<Record<string, ArrayLike<number>>>): string | undefined {
  const names = Object.entries(numbers)
    .filter(([, values]) => Array.prototype.some.call(values, (x: number) => !Number.isFinite(x)))
    .map(([name]) => name);
  return names.length > 0 ? names.join(', ') : undefined;
}

/** Begin a run, or take up the one in the folder. */
async function openRun(options: TrainOptions, config: RunConfig) {
  const { out } = options;
  if (!options.resume) {
    await createRun(out, config);
    return undefined;
  }
  const checkpoint = await readLastCheckpoint(out);
  assertSameConfig(out, checkpoint.config, config);
  await truncateLog(out, checkpoint.step);
  return checkpoint;
}

/**
 * Train a GAN. Writes into `out`: `run.json`, `log.jsonl` (losses every 10 steps), `samples/<step>.png`
 * (fixed seeds, the average generator) and `checkpoints/<step>.safetensors` (the whole state), the
 * last two every minute and at the end. A run of a given number of steps that is stopped and resumed
 * ends with the same weights, to the bit, as one that was never stopped.
 *
 * Throws an InputError for options or data that are wrong, and an Error that names the step and the
 * last good checkpoint when a loss or a weight is no longer finite.
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  assertTrainOptions(options);
  const { out, signal, onEvent = () => {} } = options;
  const length = lengthOf(options);
  const recipe = recipes[options.recipe];
  const dataset = await loadDataset(options.data);
  const config = configFor(options, dataset);
  const gan = buildFor(config);
  const compiled = compileSteps(gan.steps);
  const engine = await createOnnxEngine(gan.steps, compiled, { devices: devicesFor(options.device) });
  try {
    const begun = await openRun(options, config);
    if (begun) engine.writeState(begun.tensors);
    const { device, refusals } = engine;
    let step = begun?.step ?? 0;
    let lastGood = begun ? `step ${begun.step}` : undefined;
    onEvent({ type: 'start', plan: planOf(config, gan, compiled), device, refusals, step });

    const sheet = sampleSheet(recipe.latentSize, config.classes?.length);
    const fail = (what: string): never => {
      const advice = lastGood ? `the last good checkpoint is that of ${lastGood}` : 'there is no checkpoint yet';
      throw new Error(`train: ${what} is not finite at step ${step}; ${advice} in ${out}`);
    };
    const save = async (elapsedMs: number): Promise<string> => {
      const tensors = engine.readState();
      const values = Object.entries(tensors).map(([name, { data }]) => [name, data] as const);
      const bad = notFinite(Object.fromEntries(values));
      if (bad) fail(bad);
      const file = await writeCheckpoint(out, { config, step, elapsedMs, tensors });
      lastGood = `step ${step}`;
      onEvent({ type: 'checkpoint', file });
      const { image } = await engine.run('sample', { z: sheet.z, label: sheet.label });
      const samples = samplesFile(out, step);
      const { width, height, channels } = config;
      const { count, columns } = sheet;
      await writeSheet(samples, image?.data as Float32Array, { width, height, channels, count, columns });
      onEvent({ type: 'samples', file: samples });
      return file;
    };

    const iterate = createIteration(engine, dataset, config, recipe);
    const before = begun?.elapsedMs ?? 0;
    const startedAt = performance.now();
    const firstStep = step;
    const elapsed = (): number => before + performance.now() - startedAt;
    const speed = (): number =>
      ((step - firstStep) * recipe.criticSteps * config.batchSize * 1000) / (elapsed() - before || 1);
    let savedAt = performance.now();
    let checkpoint: string | undefined;
    while (shareDone(length, step, elapsed()) < 1 && !signal?.aborted) {
      const rate = recipe.learningRate * (1 - shareDone(length, step, elapsed()));
      const losses = await iterate(step, rate);
      step++;
      const lossValues = Object.entries(losses).map(([name, x]) => [name, [x]] as const);
      const bad = notFinite(Object.fromEntries(lossValues));
      if (bad) fail(bad);
      const elapsedMs = elapsed();
      const done = shareDone(length, step, elapsedMs);
      const perShare = (elapsedMs - before) / (done - shareDone(length, firstStep, before) || 1);
      const progress = { step, elapsedMs, imagesPerSecond: speed(), losses };
      onEvent({
        type: 'step',
        ...progress,
        ...('steps' in length ? { totalSteps: length.steps } : {}),
        remainingMs: (1 - done) * perShare,
      });
      if (step % logEverySteps === 0) {
        const { imagesPerSecond } = progress;
        await appendLog(out, { step, elapsedMs: Math.round(elapsedMs), imagesPerSecond: Math.round(imagesPerSecond), learningRate: rate, ...losses });
      }
      checkpoint = undefined;
      if (performance.now() - savedAt >= checkpointEveryMs) {
        checkpoint = await save(elapsed());
        savedAt = performance.now();
      }
    }
    const elapsedMs = elapsed();
    const imagesPerSecond = speed();
    checkpoint ??= await save(elapsedMs);
    const stopped = shareDone(length, step, elapsedMs) < 1 ? 'aborted' : 'done';
    return { run: out, step, checkpoint, stopped, elapsedMs, imagesPerSecond };
  } finally {
    await engine.dispose();
    gan.dispose();
  }
}
