import type { Device } from '@ganvas/core';
import {
  dataSources,
  planTraining,
  type TrainEvent,
  type TrainOptions,
  train,
  trainDefaults,
} from '@ganvas/train';
import { Argument, type Command, Option } from 'commander';
import { deviceOption } from '../devices.js';
import { toDuration } from '../duration.js';
import { StoppedError } from '../failure.js';
import { catchInterrupt } from '../interrupt.js';
import { decimal, integer } from '../numbers.js';
import { note, print, printJson, toTable } from '../output.js';
import { createProgress, type Progress } from '../progress.js';

type Recipe = TrainOptions['recipe'];

interface Flags {
  readonly data: string;
  readonly out: string;
  readonly conditional: boolean;
  readonly steps?: number;
  readonly minutes?: number;
  readonly batchSize: number;
  readonly seed: number;
  readonly device: Device | 'auto';
  readonly resume: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
}

const recipes = Object.keys(trainDefaults) as Recipe[];
const defaults = trainDefaults['wgan-gp'];

type StepEvent = Extract<TrainEvent, { type: 'step' }>;

function toText({ step, totalSteps, imagesPerSecond, remainingMs, losses }: StepEvent): string {
  const steps = totalSteps === undefined ? `step ${step}` : `step ${step} of ${totalSteps}`;
  const values = Object.entries(losses).map(([name, value]) => `${name} ${value.toFixed(3)}`);
  return [
    steps,
    `${Math.round(imagesPerSecond)} images/s`,
    `${toDuration(remainingMs)} left`,
    ...values,
  ].join(', ');
}

const show = (event: TrainEvent, progress: Progress): void => {
  if (event.type !== 'step') return;
  const { elapsedMs, remainingMs } = event;
  progress.update(elapsedMs / (elapsedMs + remainingMs), toText(event));
};

function toOptions(recipe: Recipe, flags: Flags): TrainOptions {
  const { json: _, dryRun: __, steps, minutes, ...rest } = flags;
  const length = minutes === undefined ? { steps: steps ?? defaults.steps } : { minutes };
  return { ...rest, ...length, recipe };
}

async function showPlan(options: TrainOptions, { json }: Flags): Promise<void> {
  const plan = await planTraining(options);
  if (json) printJson(plan);
  else print(toTable(Object.entries(plan).map(([name, value]) => [name, JSON.stringify(value)])));
}

async function run(recipe: Recipe, flags: Flags): Promise<void> {
  const options = toOptions(recipe, flags);
  if (flags.dryRun) return showPlan(options, flags);
  using interrupt = catchInterrupt('stopping after this step and writing a checkpoint');
  const result = await trainWithProgress({ ...options, signal: interrupt.signal }, flags);
  const speed = `${Math.round(result.imagesPerSecond)} images/s`;
  if (flags.json) printJson({ type: 'end', ...result });
  else print(`${result.run}: step ${result.step}, ${toDuration(result.elapsedMs)}, ${speed}`);
  if (result.stopped === 'aborted') {
    throw new StoppedError(
      `stopped at step ${result.step}; ${result.checkpoint} has it: the same command with --resume goes on from there`,
    );
  }
  if (!flags.json) note(`next: ganvas export ${result.run} --to <repository>/<name>`);
}

async function trainWithProgress(options: TrainOptions, { json }: Flags) {
  using progress = createProgress('training');
  return await train({
    ...options,
    onEvent: (event) => {
      if (json) printJson(event);
      show(event, progress);
    },
  });
}

export const define = (command: Command): Command =>
  command
    .addArgument(new Argument('<recipe>', 'how to train').choices(recipes))
    .requiredOption('--data <source>', `what to learn from: ${dataSources.join(', ')}`)
    .requiredOption('--out <run>', 'the folder for checkpoints, losses and sample grids')
    .option('--conditional', 'learn the classes, so that one can be asked for', false)
    .addOption(
      new Option('--steps <n>', `generator steps (default: ${defaults.steps})`)
        .argParser(integer({ min: 1 }))
        .conflicts('minutes'),
    )
    .addOption(
      new Option('--minutes <n>', 'train for this long instead').argParser(decimal({ min: 0.01 })),
    )
    .option('--batch-size <n>', 'pictures in a batch', integer({ min: 1 }), defaults.batchSize)
    .option('--seed <n>', 'of the weights, the batches and the noise', integer({ min: 0 }), 0)
    .addOption(deviceOption())
    .option('--resume', 'go on from the last checkpoint in --out', false)
    .option('--dry-run', 'print what would be trained, and train nothing', false)
    .option('--json', 'print each event as a line of JSON', false)
    .action(run);
