import type { ConditionName } from './conditions/names.js';
import type { GeneratorName } from './networks/generators.js';
import type { NormName } from './networks/norms.js';
import type { PatchSize } from './networks/patch-discriminator.js';
import type { AdversarialName } from './objectives/adversarial.js';
import type { ObjectiveName } from './objectives/index.js';

/** How to train: everything but the data, the length and the seed. */
interface Schedule {
  /** Adam's step at the start. */
  readonly learningRate: number;
  /** The share of the run, in [0, 1), after which the rate falls in a line to zero at its end. */
  readonly decayFrom: number;
  readonly beta1: number;
  readonly beta2: number;
  /** Pictures in a batch, unless the caller says otherwise. */
  readonly batchSize: number;
  /** Generator steps, unless the caller gives a number or a time. */
  readonly steps: number;
}

/** How to train a sampler. */
export interface GanRecipe extends Schedule {
  readonly family: 'gan';
  readonly objective: ObjectiveName;
  /** Critic steps for each generator step. */
  readonly criticSteps: number;
  /** Decay of the average generator, which is the one that is exported. */
  readonly averageDecay: number;
  readonly latentSize: number;
  readonly baseChannels: number;
}

/** What a person may choose of a translator's networks; a recipe has the defaults. */
export interface TranslatorChoices {
  readonly generator: GeneratorName;
  readonly adversarial: AdversarialName;
  /** Side of the patch that one logit of the discriminator judges. */
  readonly patch: `${PatchSize}`;
  readonly norm: NormName;
  /** Channels of the generator's first layer; deeper ones have up to 8 times as many. */
  readonly baseChannels: number;
  /** Channels of the discriminator's first layer; deeper ones have up to 8 times as many. */
  readonly discriminatorChannels: number;
}

/** How to train a translator. */
export interface TranslatorRecipe extends Schedule, TranslatorChoices {
  /** Side of the pictures in pixels, unless the caller gives a size. */
  readonly size: number;
}

/** How to train a translator from pairs. */
export interface Pix2PixRecipe extends TranslatorRecipe {
  readonly family: 'pix2pix';
  /** What the source is: the first picture of a pair, or what is made of the target. */
  readonly condition: ConditionName;
  /** Weight of the mean absolute difference: lambda of the paper. */
  readonly distanceWeight: number;
}

/** How to train two translators from pictures of two domains. */
export interface CycleRecipe extends TranslatorRecipe {
  readonly family: 'cyclegan';
  /** Weight of what comes back: lambda of the paper. */
  readonly cycleWeight: number;
  /** Weight of what is to stay as it is; 0 leaves it out. */
  readonly identityWeight: number;
}

export type Recipe = GanRecipe | Pix2PixRecipe | CycleRecipe;

/** Pix2Pix as published. */
const pix2pix = {
  family: 'pix2pix',
  condition: 'pair',
  generator: 'unet',
  adversarial: 'bce',
  patch: '70',
  norm: 'instance',
  baseChannels: 64,
  discriminatorChannels: 64,
  distanceWeight: 100,
  size: 256,
  learningRate: 2e-4,
  decayFrom: 0.5,
  beta1: 0.5,
  beta2: 0.999,
  batchSize: 1,
  steps: 80_000,
} satisfies Pix2PixRecipe;

/** Super-resolution: a small network without norms, which would level contrasts, on many small pictures. */
const upscale = {
  ...pix2pix,
  patch: '16',
  norm: 'none',
  baseChannels: 32,
  discriminatorChannels: 32,
  size: 128,
  learningRate: 5e-4,
  batchSize: 4,
  steps: 20_000,
} as const;

/**
 * The recipes by name. `wgan-gp` differs from its authors' values (5 critic steps, 1e-4) where
 * small pictures allow more speed: the class term in both losses keeps the critic informative at two
 * critic steps and twenty times the rate.
 */
export const recipes = {
  'wgan-gp': {
    family: 'gan',
    objective: 'wgan-gp',
    criticSteps: 2,
    learningRate: 2e-3,
    decayFrom: 0,
    beta1: 0,
    beta2: 0.9,
    averageDecay: 0.999,
    latentSize: 64,
    baseChannels: 32,
    batchSize: 64,
    steps: 2000,
  },
  pix2pix,
  /** Grey to color. */
  colorize: { ...pix2pix, condition: 'gray', size: 128 },
  /** Fill in what is missing. */
  inpaint: { ...pix2pix, condition: 'masked', size: 128 },
  /** Semantic maps to pictures. */
  'label-to-image': { ...pix2pix, condition: 'classes', size: 128 },
  'upscale-2x': { ...upscale, condition: 'half', generator: 'upscaler-2x' },
  'upscale-4x': { ...upscale, condition: 'quarter', generator: 'upscaler-4x' },
  cyclegan: {
    family: 'cyclegan',
    generator: 'resnet-9',
    adversarial: 'lsgan',
    patch: '70',
    norm: 'instance',
    baseChannels: 64,
    discriminatorChannels: 64,
    cycleWeight: 10,
    identityWeight: 5,
    size: 256,
    learningRate: 2e-4,
    decayFrom: 0.5,
    beta1: 0.5,
    beta2: 0.999,
    batchSize: 1,
    steps: 200_000,
  },
} satisfies Record<string, Recipe>;

export type RecipeName = keyof typeof recipes;

/** The recipe of a name, with nothing of its own type left: what all recipes have. */
export const recipeOf = (name: RecipeName): Recipe => recipes[name];

/** The learning rate when a share of the run, in [0, 1], is done. */
export const learningRateAt = ({ learningRate, decayFrom }: Recipe, share: number): number =>
  learningRate * Math.min(1, (1 - share) / (1 - decayFrom));
