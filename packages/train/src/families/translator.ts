import { InputError, type ModelSource } from '@ganvas/core';
import type { Feed } from '@ganvas/export';
import type * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { type GeneratorName, generatorNames, generatorOf } from '../networks/generators.js';
import { leastSides } from '../networks/patch-discriminator.js';
import { withoutDropout } from '../networks/translator.js';
import type { TranslatorRecipe } from '../recipes.js';
import {
  commonConfigOf,
  type RunChoices,
  type RunConfig,
  type TranslatorConfig,
} from '../run-config.js';
import type { ExportPart } from './family.js';

/** The part of a configuration that translators have. */
export const translatorOf = ({ translator }: RunConfig): TranslatorConfig => {
  if (translator) return translator;
  throw new InputError('run.json: expected "translator", got none: the run is not a translator\'s');
};

/** The shape of a translator's networks. */
export const shapeOf = (config: RunConfig) => {
  const { source, scale, baseChannels, norm } = translatorOf(config);
  const { width, height, channels } = config;
  return {
    width: width / scale,
    height: height / scale,
    sourceChannels: source.channels,
    channels,
    baseChannels,
    norm,
  };
};

/** The size of the pictures that are made: the one chosen, or the recipe's square. */
export const sizeOf = (
  { size }: RunChoices,
  recipe: TranslatorRecipe,
): { width: number; height: number } => size ?? { width: recipe.size, height: recipe.size };

/** Throw unless a generator's pictures are as much larger than their sources as the data's. */
function assertScale(name: GeneratorName, data: { scale: number }): void {
  if (generatorOf(name).scale === data.scale) return;
  const fitting = generatorNames.filter((each) => generatorOf(each).scale === data.scale);
  throw new InputError(
    `generator: expected one of ${fitting.join(', ')}, whose pictures are ${data.scale} times as large as their sources, got ${name}`,
  );
}

/** Check choices before anything is loaded. Throws an InputError for what the networks cannot have. */
export function assertChoices(choices: RunChoices, recipe: TranslatorRecipe): void {
  const { adversarial = recipe.adversarial, norm = recipe.norm } = choices;
  if (adversarial === 'wgan-gp' && norm === 'batch') {
    throw new InputError(
      'norm: expected instance or none, since adversarial is wgan-gp, whose penalty is for each picture alone, got batch',
    );
  }
  assertSize(choices, recipe);
}

function assertSize(choices: RunChoices, recipe: TranslatorRecipe): void {
  const { width, height } = sizeOf(choices, recipe);
  const { patch = recipe.patch, generator = recipe.generator } = choices;
  const { scale, leastMultiple } = generatorOf(generator);
  const multiple = scale * leastMultiple;
  const least = leastSides[patch];
  if ([width, height].every((side) => side % multiple === 0 && side >= least)) return;
  throw new InputError(
    `size: expected sides that are multiples of ${multiple} and at least ${least}, since generator is ${generator} and patch ${patch}, got ${width} x ${height}: choose another size or a smaller patch`,
  );
}

/** A configuration from choices, the recipe's defaults and what the data are. */
export function translatorConfigOf(
  choices: RunChoices,
  recipe: TranslatorRecipe,
  data: { source: ModelSource; channels: number; scale: 1 | 2 | 4 },
): RunConfig {
  const { generator = recipe.generator, adversarial = recipe.adversarial } = choices;
  const { patch = recipe.patch, norm = recipe.norm } = choices;
  const { baseChannels = recipe.baseChannels } = choices;
  const { discriminatorChannels = recipe.discriminatorChannels } = choices;
  const networks = { generator, adversarial, patch, norm, baseChannels, discriminatorChannels };
  const size = sizeOf(choices, recipe);
  assertScale(generator, data);
  return {
    ...commonConfigOf(choices),
    ...size,
    classes: null,
    channels: data.channels,
    translator: { source: data.source, scale: data.scale, ...networks },
  };
}

/** Numbers for the parity check, in [-1, 1], others for each of the batch. */
const waves =
  (channels: number): Feed =>
  (batch, { height, width }) => {
    const length = batch * channels * height * width;
    return { source: Float32Array.from({ length }, (_, i) => Math.sin(i * 0.37 + i * i * 1e-5)) };
  };

/**
 * What is exported of a trained generator: `source` `[N, H, W, C]` to `image`.
 *
 * @param suffix of the model's name
 */
export function translatorPart(
  config: RunConfig,
  generator: LayersModel,
  suffix: string,
): ExportPart {
  const { source, scale, norm, generator: name } = translatorOf(config);
  const shape = shapeOf(config);
  const kind = generatorOf(name);
  const translate = withoutDropout(generator);
  const byBatch = withoutDropout(generator, { training: true });
  const { width, height, channels } = config;
  const sizeMultiple = kind.sizeMultipleOf(shape);
  return {
    suffix,
    run: (inputs) => ({ image: translate(inputs['source'] as tf.Tensor) }),
    ...(norm === 'batch' && {
      runByBatch: (inputs) => ({
        image: byBatch(inputs['source'] as tf.Tensor),
      }),
    }),
    inputs: { source: { shape: ['N', 'H', 'W', source.channels], dtype: 'float32' } },
    feed: waves(source.channels),
    description: {
      task: 'translate',
      source,
      image: { width, height, channels: channels as 1 | 3, range: [-1, 1], sizeMultiple, scale },
    },
  };
}
