import { type DeviceChoice, maxSeed } from '@ganvas/core';
import {
  type EngineName,
  engineNames,
  networkChoices,
  type Plan,
  planTraining,
  type RecipeName,
  recipes,
  sourcesOf,
  type TrainEvent,
  type TrainOptions,
  type TrainResult,
  train,
  trainDefaults,
} from '@ganvas/train';
import { Argument, type Command, Option } from 'commander';
import { deviceOption } from '../devices.js';
import { toDuration } from '../duration.js';
import { StoppedError } from '../failure.js';
import { withInterrupt } from '../interrupt.js';
import { decimal, integer, pictureSize } from '../numbers.js';
import { note, print, printJson } from '../output.js';
import { toPlanTable } from '../plan.js';
import { type Progress, withProgress } from '../progress.js';

interface Flags {
  readonly data: string;
  readonly out: string;
  readonly conditional: boolean;
  readonly steps?: number;
  readonly minutes?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
  readonly size?: { readonly width: number; readonly height: number };
  readonly seed: number;
  readonly engine: EngineName;
  readonly device: DeviceChoice;
  readonly threads: number;
  readonly resume: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

type StepEvent = Extract<TrainEvent, { type: 'step' }>;

/** The losses that are descended, one a network; the log has their terms as well. */
const toLosses = (losses: StepEvent['losses']): string[] =>
  Object.entries(losses)
    .filter(([name]) => name.endsWith('Loss'))
    .map(([name, value]) => `${name.replace('Loss', '')} ${value.toFixed(2)}`);

function toText({ step, totalSteps, imagesPerSecond, remainingMs, losses }: StepEvent): string {
  const speed = `${Math.round(imagesPerSecond)} images/s`;
  const steps = totalSteps === undefined ? `step ${step}` : `step ${step} of ${totalSteps}`;
  return [speed, `${toDuration(remainingMs)} left`, ...toLosses(losses), steps].join(', ');
}

function toStart(start: Extract<TrainEvent, { type: 'start' }>): string {
  const { engine, library, device, refusals, step } = start;
  const refused = refusals.map((refusal) => `; not on ${refusal.device}: ${refusal.reason}`);
  return `training with ${engine} (${library}) on ${device} from step ${step}${refused.join('')}`;
}

function show(event: TrainEvent, progress: Progress): void {
  if (event.type === 'load') {
    progress(event.done / event.total, `reading pictures, ${event.done} of ${event.total}`);
  }
  if (event.type === 'start') for (const line of [toStart(event), ...event.warnings]) note(line);
  if (event.type !== 'step') return;
  const { elapsedMs, remainingMs } = event;
  progress(elapsedMs / (elapsedMs + remainingMs), toText(event));
}

const trainWithProgress = (options: TrainOptions, { json }: Flags): Promise<TrainResult> =>
  withProgress('training', (progress) =>
    train({
      ...options,
      onEvent: (event) => {
        if (json) printJson(event);
        show(event, progress);
      },
    }),
  );

const showPlan = (plan: Plan, { json }: Flags): void =>
  json ? printJson(plan) : print(toPlanTable(plan));

async function run(recipe: RecipeName, flags: Flags): Promise<void> {
  const { json: _, dryRun, ...rest } = flags;
  const options: TrainOptions = { ...rest, recipe };
  if (dryRun) {
    const plan = await withInterrupt('stopping', (signal) =>
      withProgress('reading', (progress) =>
        planTraining({ ...options, signal, onEvent: (event) => show(event, progress) }),
      ),
    );
    return showPlan(plan, flags);
  }
  const result = await withInterrupt(
    'stopping after this step and writing a checkpoint',
    (signal) => trainWithProgress({ ...options, signal }, flags),
  );
  const speed =
    result.imagesPerSecond > 0
      ? `${Math.round(result.imagesPerSecond)} images/s`
      : 'nothing was left to train';
  if (flags.json) printJson({ type: 'end', ...result });
  else print(`${result.run}: step ${result.step}, ${toDuration(result.elapsedMs)}, ${speed}`);
  if (result.stopped === 'aborted') {
    throw new StoppedError(
      `stopped at step ${result.step}; ${result.checkpoint} has it: the same command with --resume goes on from there`,
    );
  }
  if (!flags.json) note(`next: ganvas export ${result.run} --to <repository>/<name>`);
}

/** A default that differs from recipe to recipe, in words. */
const byRecipe = (field: 'steps' | 'batchSize'): string =>
  Object.entries(recipes)
    .map(([name, recipe]) => `${recipe[field]} for ${name}`)
    .join(', ');

/** The data sources of each recipe, in words. */
const sources = (): string =>
  Object.keys(recipes)
    .map((name) => `${sourcesOf(name as RecipeName).join(', ')} for ${name}`)
    .join('; ');

const networkOption = (name: keyof typeof networkChoices, what: string): Option =>
  new Option(`--${name} <name>`, `${what} (default: by recipe)`).choices(networkChoices[name]);

export const define = (command: Command): Command =>
  command
    .addArgument(new Argument('<recipe>', 'how to train').choices(Object.keys(recipes)))
    .requiredOption('--data <source>', `what to learn from: ${sources()}`)
    .requiredOption('--out <run>', 'the folder for checkpoints, losses and sample grids')
    .option('--conditional', 'learn the classes, so that one can be asked for', false)
    .option('--size <n|WxH>', "sides of a translator's pictures (default: by recipe)", pictureSize)
    .addOption(networkOption('generator', "a translator's network"))
    .addOption(networkOption('adversarial', "the discriminator's part in a translator's loss"))
    .addOption(networkOption('patch', 'pixels that one verdict of the discriminator is about'))
    .addOption(networkOption('norm', 'how the networks of a translator normalize'))
    .option(
      '--base-channels <n>',
      "channels of a translator's first layer (default: by recipe)",
      integer({ min: 1 }),
    )
    .option(
      '--discriminator-channels <n>',
      "channels of its discriminator's first layer (default: by recipe)",
      integer({ min: 1 }),
    )
    .addOption(
      new Option('--steps <n>', `generator steps (default: ${byRecipe('steps')})`)
        .argParser(integer({ min: 1 }))
        .conflicts('minutes'),
    )
    .addOption(
      new Option('--minutes <n>', 'train for this long instead').argParser(decimal({ min: 0.01 })),
    )
    .option(
      '--batch-size <n>',
      `pictures in a batch (default: ${byRecipe('batchSize')})`,
      integer({ min: 1 }),
    )
    .option(
      '--learning-rate <x>',
      "Adam's step at the start (default: by recipe)",
      decimal({ min: 1e-9 }),
    )
    .option(
      '--seed <n>',
      'of the weights, the batches and the noise',
      integer({ min: 0, max: maxSeed }),
      trainDefaults.seed,
    )
    .addOption(
      new Option('--engine <engine>', 'onnx runs traced graphs, tfjs runs op by op')
        .choices(engineNames)
        .default(trainDefaults.engine),
    )
    .addOption(deviceOption())
    .option('--threads <n>', 'cores to use; 0 uses all', integer({ min: 0 }), trainDefaults.threads)
    .option('--resume', 'go on from the last checkpoint in --out', false)
    .option('--dry-run', 'print what would be trained, and train nothing', false)
    .option('--json', 'print each event as a line of JSON', false)
    .action(run);
