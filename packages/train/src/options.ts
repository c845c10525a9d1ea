import { type DeviceChoice, InputError, nodeDevices } from '@ganvas/core';
import { type Engine, type EngineName, engineNames } from './engines/engine.js';
import type { Plan } from './plan.js';
import { recipeOf, recipes } from './recipes.js';
import { defaultSeed, networkChoices, type RunChoices } from './run-config.js';

/** How to train. */
export interface TrainOptions extends RunChoices {
  /** The run's folder; made if it is not there. */
  readonly out: string;
  /** Generator steps; default the recipe's. Not with `minutes`. */
  readonly steps?: number;
  /** Time to train for, in minutes, resumed parts counted together. */
  readonly minutes?: number;
  /** Default `onnx`. A run of one engine can be resumed on the other. */
  readonly engine?: EngineName;
  /** Default `auto`: CUDA where it works, else the CPU. */
  readonly device?: DeviceChoice;
  /** Threads of the engine `onnx`; default 0, as many as there are cores. */
  readonly threads?: number;
  /** Go on from the last checkpoint in `out`. */
  readonly resume?: boolean;
  /** Stops after the step in progress; a checkpoint is written. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: TrainEvent) => void;
}

/** What runs it, why nothing else does, and what to know before waiting. */
type StartFacts = Pick<Engine<never>, 'engine' | 'device' | 'library' | 'refusals' | 'warnings'>;

/** What a run says while it goes. Times are in milliseconds. */
export type TrainEvent =
  | (StartFacts & {
      readonly type: 'start';
      readonly plan: Plan;
      readonly step: number;
    })
  | {
      readonly type: 'step';
      /** Generator steps done. */
      readonly step: number;
      /** Absent in a run that is limited by time. */
      readonly totalSteps?: number;
      readonly elapsedMs: number;
      readonly remainingMs: number;
      /** Real pictures a second that the critic or discriminator is shown. */
      readonly imagesPerSecond: number;
      readonly losses: Readonly<Record<string, number>>;
    }
  /** Pictures of the data that are read. */
  | { readonly type: 'load'; readonly done: number; readonly total: number }
  | { readonly type: 'samples'; readonly file: string }
  | { readonly type: 'checkpoint'; readonly file: string };

/** How a run ended. */
export interface TrainResult {
  readonly run: string;
  readonly step: number;
  readonly checkpoint: string;
  readonly stopped: 'done' | 'aborted';
  readonly elapsedMs: number;
  readonly imagesPerSecond: number;
}

/** How long a run is: by steps, or by time. */
export type Length = { readonly steps: number } | { readonly minutes: number };

/** What `train` takes for the options that are not given. */
export const trainDefaults = {
  seed: defaultSeed,
  engine: 'onnx',
  device: 'auto',
  threads: 0,
} as const;

const isPositive = (x: number | undefined): boolean =>
  x === undefined || (Number.isFinite(x) && x > 0);
const isCount = (x: number | undefined): boolean =>
  x === undefined || (Number.isSafeInteger(x) && x > 0);

type Check = [path: string, isGood: boolean, expected: string, got: unknown];

/** What only some recipes have: its choices, and for the others that they are not made. */
function networkChecks(options: TrainOptions): Check[] {
  const { recipe, conditional, size, baseChannels, discriminatorChannels } = options;
  if (!(recipe in recipes)) return [];
  const isSampler = recipeOf(recipe).family === 'gan';
  const only = (isRight: boolean, value: unknown) => isRight || value === undefined || !value;
  const given: Check[] = Object.entries(networkChoices).map(([path, names]) => {
    const got = options[path as keyof typeof networkChoices];
    const isGood = isSampler
      ? got === undefined
      : got === undefined || names.includes(got as never);
    return [path, isGood, isSampler ? `none with ${recipe}` : `one of ${names.join(', ')}`, got];
  });
  const sides = size && [size.width, size.height];
  return [
    ...given,
    ['conditional', only(isSampler, conditional), `none with ${recipe}`, conditional],
    ['size', only(!isSampler, size), `none with ${recipe}, whose data have a size`, sides],
    ['size', sides?.every(isCount) ?? true, 'two whole numbers above 0', sides],
    ['baseChannels', only(!isSampler, baseChannels), `none with ${recipe}`, baseChannels],
    ['baseChannels', isCount(baseChannels), 'a whole number above 0', baseChannels],
    [
      'discriminatorChannels',
      only(!isSampler, discriminatorChannels) && isCount(discriminatorChannels),
      isSampler ? `none with ${recipe}` : 'a whole number above 0',
      discriminatorChannels,
    ],
  ];
}

/** Check options that people give. Throws an InputError that lists every problem. */
export function assertTrainOptions(options: TrainOptions): void {
  const { steps, minutes, batchSize, seed, learningRate } = options;
  const { engine = trainDefaults.engine, device = trainDefaults.device } = options;
  const devices = ['auto', ...nodeDevices];
  const checks: Check[] = [
    [
      'recipe',
      options.recipe in recipes,
      `one of ${Object.keys(recipes).join(', ')}`,
      options.recipe,
    ],
    ['steps', isCount(steps), 'a whole number above 0', steps],
    ['minutes', isPositive(minutes), 'a number above 0', minutes],
    [
      'minutes',
      steps === undefined || minutes === undefined,
      'steps or minutes, not both',
      minutes,
    ],
    ...networkChecks(options),
    ['learningRate', isPositive(learningRate), 'a number above 0', learningRate],
    ['batchSize', isCount(batchSize), 'a whole number above 0', batchSize],
    [
      'seed',
      seed === undefined || (Number.isSafeInteger(seed) && seed >= 0),
      'a whole number from 0 to 2^53 - 1',
      seed,
    ],
    ['engine', engineNames.includes(engine), `one of ${engineNames.join(', ')}`, engine],
    ['device', devices.includes(device), `one of ${devices.join(', ')}`, device],
  ];
  const problems = checks
    .filter(([, isGood]) => !isGood)
    .map(([path, , expected, got]) => ({ path, message: `expected ${expected}, got ${got}` }));
  if (problems.length === 0) return;
  const list = problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
  throw new InputError(`train: ${list}`, { problems });
}

/** The length of a run: the given one, else the recipe's steps. */
export const lengthOf = ({ steps, minutes, recipe }: TrainOptions): Length =>
  minutes === undefined ? { steps: steps ?? recipes[recipe].steps } : { minutes };
