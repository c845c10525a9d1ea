import { assertSameState } from './assert-same-state.js';
import { buildFor } from './build-for.js';
import { startClock } from './clock.js';
import { loadDataset } from './data/dataset.js';
import type { Engine } from './engines/engine.js';
import { createEngine } from './engines/index.js';
import type { Gan, StepName } from './gan.js';
import { createIteration } from './iteration.js';
import {
  assertTrainOptions,
  lengthOf,
  type TrainEvent,
  type TrainOptions,
  type TrainResult,
  trainDefaults,
} from './options.js';
import { type Plan, planOf } from './plan.js';
import { recipes } from './recipes.js';
import { createRecorder } from './recorder.js';
import { assertSameConfig, configFor, type RunConfig } from './run-config.js';
import {
  appendLog,
  checkpointFile,
  createRun,
  readLastCheckpoint,
  truncateLog,
} from './run-folder.js';

const logEverySteps = 10;
const checkpointEveryMs = 60_000;

/** Where a run begins, and the checkpoint that it goes on from. */
interface Beginning {
  readonly step: number;
  readonly elapsedMs: number;
  readonly lastGood?: string;
}

/** Begin a run, or take up the one in the folder. */
async function openRun(
  { out, resume }: TrainOptions,
  config: RunConfig,
  parts: { gan: Gan; engine: Engine<StepName> },
): Promise<Beginning> {
  if (!resume) {
    await createRun(out, config);
    return { step: 0, elapsedMs: 0 };
  }
  const { tensors, step, elapsedMs, config: begun } = await readLastCheckpoint(out);
  assertSameConfig(out, begun, config);
  assertSameState(checkpointFile(out, step), tensors, parts.gan.state);
  parts.engine.writeState(tensors);
  await truncateLog(out, step);
  return { step, elapsedMs, lastGood: checkpointFile(out, step) };
}

/** What a run says first. */
const startOf = (
  { engine, device, library, refusals, warnings }: Engine<StepName>,
  plan: Plan,
  step: number,
): TrainEvent => ({ type: 'start', engine, device, library, refusals, warnings, plan, step });

/** The loop: steps until the length is reached or the signal comes, with a checkpoint every minute. */
async function run(
  options: TrainOptions,
  parts: {
    config: RunConfig;
    engine: Engine<StepName>;
    begun: Beginning;
    iterate: ReturnType<typeof createIteration>;
  },
): Promise<TrainResult> {
  const { out, signal, onEvent = () => undefined } = options;
  const { config, engine, begun, iterate } = parts;
  const recipe = recipes[config.recipe];
  const length = lengthOf(options);
  const recorder = createRecorder(out, { engine, config, lastGood: begun.lastGood, onEvent });
  const clock = startClock(length, begun, () => performance.now());
  const imagesPerSecond = (step: number): number =>
    clock.stepsPerSecond(step) * recipe.criticSteps * config.batchSize;

  let step = begun.step;
  // Nothing to go on from is lost by a crash in the first minute, and a finished run stays as it is.
  let checkpoint = begun.lastGood ?? (await recorder.save(step, begun.elapsedMs));
  let savedAt = step;
  let savedAtMs = clock.elapsedMs();
  while (clock.share(step) < 1 && !signal?.aborted) {
    const learningRate = recipe.learningRate * (1 - clock.share(step));
    const losses = await iterate(step, learningRate);
    step++;
    recorder.assertFinite(step, losses);
    const elapsedMs = clock.elapsedMs();
    const speed = imagesPerSecond(step);
    onEvent({
      type: 'step',
      step,
      ...('steps' in length ? { totalSteps: length.steps } : {}),
      elapsedMs,
      remainingMs: clock.remainingMs(step),
      imagesPerSecond: speed,
      losses,
    });
    if (step % logEverySteps === 0 || clock.share(step) === 1) {
      const line = { step, elapsedMs, imagesPerSecond: speed, learningRate, ...losses };
      await appendLog(out, line);
    }
    if (elapsedMs - savedAtMs >= checkpointEveryMs) {
      checkpoint = await recorder.save(step, elapsedMs);
      savedAt = step;
      savedAtMs = clock.elapsedMs();
    }
  }
  const elapsedMs = clock.elapsedMs();
  const stopped = clock.share(step) < 1 ? 'aborted' : 'done';
  const speed = imagesPerSecond(step);
  if (savedAt !== step) checkpoint = await recorder.save(step, elapsedMs);
  return { run: out, step, checkpoint, stopped, elapsedMs, imagesPerSecond: speed };
}

/**
 * Train a GAN. Writes into `out`: `run.json`, `log.jsonl` (losses every 10 steps), and every minute and
 * at the end `checkpoints/<step>.safetensors` (the whole state) and `samples/<step>.png` (the average
 * generator on fixed seeds). A run of a given number of steps that is stopped and resumed ends
 * with the same weights, to the bit, as one that was never stopped.
 *
 * Throws an InputError for options or data that are wrong, and when a loss or a weight is no longer
 * finite: it names the step and the last good checkpoint.
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  assertTrainOptions(options);
  const recipe = recipes[options.recipe];
  const dataset = await loadDataset(options.data);
  const config = configFor(options, dataset);
  const gan = buildFor(config);
  try {
    const { engine: name = trainDefaults.engine, device = trainDefaults.device } = options;
    const engine = await createEngine(gan.steps, { engine: name, device });
    try {
      const begun = await openRun(options, config, { gan, engine });
      options.onEvent?.(startOf(engine, planOf({ config, dataset }, gan, engine), begun.step));
      const iterate = createIteration(engine, dataset, config, recipe);
      return await run(options, { config, engine, begun, iterate });
    } finally {
      await engine.dispose();
    }
  } finally {
    gan.dispose();
  }
}
