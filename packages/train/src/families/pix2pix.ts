import { foldIn, InputError, toByte } from '@ganvas/core';
import type { Feed } from '@ganvas/export';
import type * as tf from '@tensorflow/tfjs-core';
import { contactSheet } from '../contact-sheet.js';
import type { Engine } from '../engines/engine.js';
import { generatorOf } from '../networks/generators.js';
import { buildPatchDiscriminator } from '../networks/patch-discriminator.js';
import { streamKey, uniforms } from '../noise.js';
import { adversarials } from '../objectives/adversarial.js';
import { type Pix2PixRecipe, recipeOf } from '../recipes.js';
import {
  commonConfigOf,
  defaultSeed,
  type RunChoices,
  type RunConfig,
  type TranslatorConfig,
} from '../run-config.js';
import {
  type ExportPart,
  type Family,
  type LossValues,
  lossValuesOf,
  type Training,
} from './family.js';
import { loadPaired, pairSources } from './load-paired.js';
import type { PairedData } from './paired-data.js';
import { createPairedSteps, type PairedNetworks, translateWith } from './pix2pix-steps.js';

/** Pictures of the contact sheet. */
const sheetCount = 8;
/** A number of a mask is kept with this probability, and divided by it. */
const kept = 0.5;

const recipeFor = ({ recipe: name }: Pick<RunConfig, 'recipe'>): Pix2PixRecipe => {
  const recipe = recipeOf(name);
  if (recipe.family !== 'pix2pix')
    throw new Error(`${name}: expected a recipe of paired translators`);
  return recipe;
};

const translatorOf = ({ translator }: RunConfig): TranslatorConfig => {
  if (translator) return translator;
  throw new InputError('run.json: expected "translator", got none: the run is not a translator\'s');
};

/** The shape of a translator's networks. */
const shapeOf = (config: RunConfig) => {
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

function buildNetworks(config: RunConfig): PairedNetworks {
  const { generator, patch, source, discriminatorChannels } = translatorOf(config);
  const { height, width, channels, seed } = config;
  const shape = shapeOf(config);
  const kind = generatorOf(generator);
  const { norm } = shape;
  const judged = { height, width, norm, patch, baseChannels: discriminatorChannels };
  return {
    generator: kind.build(shape, streamKey(seed, 'generatorWeights')),
    masks: kind.masksOf(shape),
    discriminator: buildPatchDiscriminator(
      { ...judged, inputChannels: source.channels + channels },
      streamKey(seed, 'criticWeights'),
    ),
  };
}

/** A configuration from choices, the recipe's defaults and the data. */
function configFor(choices: RunChoices, data: PairedData): RunConfig {
  const recipe = recipeFor(choices);
  const { generator = recipe.generator, adversarial = recipe.adversarial } = choices;
  const { patch = recipe.patch, norm = recipe.norm } = choices;
  const { baseChannels = recipe.baseChannels } = choices;
  const { discriminatorChannels = recipe.discriminatorChannels } = choices;
  const networks = { generator, adversarial, patch, norm, baseChannels, discriminatorChannels };
  return {
    ...commonConfigOf(choices),
    ...sizeOf(choices),
    classes: null,
    channels: data.channels,
    translator: { source: data.source, scale: data.scale, ...networks },
  };
}

const sizeOf = (choices: RunChoices): { width: number; height: number } => {
  const { size } = recipeFor(choices);
  return choices.size ?? { width: size, height: size };
};

/** Numbers for the parity check: a smooth picture, another for each of the batch. */
export const waves =
  (channels: number): Feed =>
  (batch, { height, width }) => {
    const length = batch * channels * height * width;
    return { source: Float32Array.from({ length }, (_, i) => Math.sin(i * 0.37 + i * i * 1e-5)) };
  };

function exportsOf(config: RunConfig, { networks }: Pick<Training, 'networks'>): ExportPart[] {
  const { generator, source, scale } = translatorOf(config);
  const shape = shapeOf(config);
  const kind = generatorOf(generator);
  const translate = translateWith({
    generator: networks['generator'] as PairedNetworks['generator'],
    masks: kind.masksOf(shape),
  });
  const { width, height, channels } = config;
  const sizeMultiple = kind.sizeMultipleOf(shape);
  return [
    {
      suffix: '',
      run: (inputs) => ({ image: translate(inputs['source'] as tf.Tensor) }),
      inputs: { source: { shape: ['N', 'H', 'W', source.channels], dtype: 'float32' } },
      feed: waves(source.channels),
      description: {
        task: 'translate',
        source,
        image: { width, height, channels: channels as 1 | 3, range: [-1, 1], sizeMultiple, scale },
      },
    },
  ];
}

/** Draw the masks of dropout of a step: 0, or the reciprocal of the share that is kept. */
const drawMasks = (config: RunConfig) => {
  const { generator } = translatorOf(config);
  const masks = generatorOf(generator).masksOf(shapeOf(config));
  return (step: number): Record<string, Float32Array> =>
    Object.fromEntries(
      masks.map(({ name, shape }, i) => {
        const count = config.batchSize * shape.reduce((a, b) => a * b, 1);
        const key = foldIn(streamKey(config.seed, 'dropout'), i);
        return [name, uniforms(key, step, count).map((x) => (x < kept ? 1 / kept : 0))];
      }),
    );
};

function createIteration(engine: Engine<string>, data: PairedData, config: RunConfig) {
  const { batchSize, seed } = config;
  const { usesMix } = adversarials[translatorOf(config).adversarial];
  const batchAt = data.createBatches({ batchSize, key: streamKey(seed, 'order') });
  const masksAt = drawMasks(config);
  const mixKey = streamKey(seed, 'mix');
  return async (step: number, learningRate: number): Promise<LossValues> => {
    const losses = await engine.run('train', {
      ...batchAt(step),
      ...masksAt(step),
      ...(usesMix && { mix: uniforms(mixKey, step, batchSize) }),
      learningRate: Float32Array.of(learningRate),
    });
    return lossValuesOf(losses);
  };
}

/** Translators learned from pairs (Isola et al. 2017). */
export const pix2pix: Family = {
  dataSources: pairSources,
  exportsOf,
  build(config) {
    const networks = buildNetworks(config);
    const { adversarial } = translatorOf(config);
    const loss = { ...recipeFor(config), adversarial };
    const sizes = { batchSize: config.batchSize, sheetCount };
    const { generator, discriminator } = networks;
    return { ...createPairedSteps(networks, loss, sizes), networks: { generator, discriminator } };
  },
  async prepare(choices, options) {
    const seed = choices.seed ?? defaultSeed;
    const data = await loadPaired(choices.data, {
      ...options,
      ...sizeOf(choices),
      sheetCount,
      seed,
    });
    const config = configFor(choices, data);
    return {
      config,
      dataBytes: data.bytes,
      picturesPerStep: config.batchSize,
      createIteration: (engine) => createIteration(engine, data, config),
      async drawSheet(engine) {
        const { source, painted, truth } = data.sheet;
        const { image } = await engine.run('sample', { source });
        const pixels = Uint8Array.from(image?.data as Float32Array, toByte);
        return contactSheet([painted, { ...truth, data: pixels }, truth]);
      },
    };
  },
};
