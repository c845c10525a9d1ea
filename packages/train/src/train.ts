import { assertSameState } from './assert-same-state.js';
import { buildFor } from './build-for.js';
import { startClock } from './clock.js';
import type { Engine } from './engines/engine.js';
import { createEngine } from './engines/index.js';
import type { Prepared, Training } from './families/family.js';
import { familyOf } from './families/index.js';
import {
  assertTrainOptions,
  lengthOf,
  type TrainEvent,
  type TrainOptions,
  type TrainResult,
  trainDefaults,
} from './options.js';
import { type Plan, planOf } from './plan.js';
import { learningRateAt, recipeOf } from './recipes.js';
import { createRecorder } from './recorder.js';
import { assertSameConfig, type RunConfig } from './run-config.js';
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
  { config }: Prepared,
  parts: { training: Training; engine: Engine<string> },
): Promise<Beginning> {
  if (!resume) {
    await createRun(out, config);
    return { step: 0, elapsedMs: 0 };
  }
  const { tensors, step, elapsedMs, config: begun } = await readLastCheckpoint(out);
  assertSameConfig(out, begun, config);
  assertSameState(checkpointFile(out, step), tensors, parts.training.state);
  parts.engine.writeState(tensors);
  await truncateLog(out, step);
  return { step, elapsedMs, lastGood: checkpointFile(out, step) };
}

/** What a run says first. */
const startOf = (
  { engine, device, library, refusals, warnings }: Engine<string>,
  plan: Plan,
  step: number,
): TrainEvent => ({ type: 'start', engine, device, library, refusals, warnings, plan, step });

/** The learning rate that was chosen, if one was. */
const rateOf = ({ learningRate }: RunConfig): { learningRate?: number } =>
  learningRate === undefined ? {} : { learningRate };

/** The loop: steps until the length is reached or the signal comes, with a checkpoint every minute. */
async function run(
  options: TrainOptions,
  parts: {
    prepared: Prepared;
    engine: Engine<string>;
    begun: Beginning;
  },
): Promise<TrainResult> {
  const { out, signal, onEvent = () => undefined } = options;
  const { prepared, engine, begun } = parts;
  const recipe = { ...recipeOf(options.recipe), ...rateOf(prepared.config) };
  const iterate = prepared.createIteration(engine);
  const length = lengthOf(options);
  const recorder = createRecorder(out, {
    engine,
    prepared,
    lastGood: begun.lastGood,
    onEvent,
  });
  const clock = startClock(length, begun, () => performance.now());
  const imagesPerSecond = (step: number): number =>
    clock.stepsPerSecond(step) * prepared.picturesPerStep;

  let step = begun.step;
  // Nothing to go on from is lost by a crash in the first minute, and a finished run stays as it is.
  let checkpoint = begun.lastGood ?? (await recorder.save(step, begun.elapsedMs));
  let savedAt = step;
  let savedAtMs = clock.elapsedMs();
  while (clock.share(step) < 1 && !signal?.aborted) {
    const learningRate = learningRateAt(recipe, clock.share(step));
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
 * Train a recipe's networks. Writes into `out`: `run.json`, `log.jsonl` (losses every 10 steps), and every minute and
 * at the end `checkpoints/<step>.safetensors` (the whole state) and `samples/<step>.png` (what it
 * makes of fixed seeds, or of test pictures). A run of a given number of steps that is stopped and resumed ends
 * with the same weights, to the bit, as one that was never stopped.
 *
 * Throws an InputError for options or data that are wrong, and when a loss or a weight is no longer
 * finite: it names the step and the last good checkpoint.
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  assertTrainOptions(options);
  const { engine: name = trainDefaults.engine, device = trainDefaults.device } = options;
  const { onEvent, threads = trainDefaults.threads } = options;
  const prepared = await familyOf(options.recipe).prepare(options, {
    onProgress: (done, total) => onEvent?.({ type: 'load', done, total }),
    signal: options.signal,
  });
  const training = buildFor(prepared.config);
  try {
    const engine = await createEngine(training.steps, { engine: name, device, threads });
    try {
      const begun = await openRun(options, prepared, { training, engine });
      onEvent?.(startOf(engine, planOf(prepared, training, engine), begun.step));
      return await run(options, { prepared, engine, begun });
    } finally {
      await engine.dispose();
    }
  } finally {
    training.dispose();
  }
}
