import { foldIn, toByte } from '@ganvas/core';
import { type Condition, conditions } from '../conditions/index.js';
import type { PairedData } from '../conditions/paired-data.js';
import { contactSheet } from '../contact-sheet.js';
import type { Engine } from '../engines/engine.js';
import { generatorOf } from '../networks/generators.js';
import { keepPixels } from '../networks/keep-pixels.js';
import { buildPatchDiscriminator } from '../networks/patch-discriminator.js';
import { streamKey, uniforms } from '../noise.js';
import { adversarials } from '../objectives/adversarial.js';
import { type Pix2PixRecipe, type RecipeName, recipeOf } from '../recipes.js';
import { defaultSeed, type RunConfig } from '../run-config.js';
import { type Family, type LossValues, lossValuesOf } from './family.js';
import { createPairedSteps, type PairedNetworks } from './pix2pix-steps.js';
import {
  assertChoices,
  shapeOf,
  sizeOf,
  translatorConfigOf,
  translatorOf,
  translatorPart,
} from './translator.js';

/** Pictures of the contact sheet. */
const sheetCount = 8;
/** A number of a mask is kept with this probability, and divided by it. */
const kept = 0.5;

const recipeFor = (name: RecipeName): Pix2PixRecipe => {
  const recipe = recipeOf(name);
  if (recipe.family === 'pix2pix') return recipe;
  throw new Error(`${name}: expected a recipe of paired translators`);
};

const conditionOf = (name: RecipeName): Condition => conditions[recipeFor(name).condition];

function buildNetworks(config: RunConfig): PairedNetworks {
  const { generator, patch, source, discriminatorChannels } = translatorOf(config);
  const { height, width, channels, seed } = config;
  const shape = shapeOf(config);
  const kind = generatorOf(generator);
  const { norm } = shape;
  const judged = { height, width, norm, patch, baseChannels: discriminatorChannels };
  const drawn = kind.build(shape, streamKey(seed, 'generatorWeights'));
  return {
    generator: source.encoding === 'masked' ? keepPixels(drawn) : drawn,
    masks: kind.masksOf(shape),
    discriminator: buildPatchDiscriminator(
      { ...judged, inputChannels: source.channels + channels },
      streamKey(seed, 'criticWeights'),
    ),
  };
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
  dataSourcesOf: (recipe) => conditionOf(recipe).dataSources,
  exportsOf: (config, { networks }) => [
    translatorPart(config, networks['generator'] as PairedNetworks['generator'], ''),
  ],
  build(config) {
    const networks = buildNetworks(config);
    const { adversarial } = translatorOf(config);
    const loss = { ...recipeFor(config.recipe), adversarial };
    const sizes = { batchSize: config.batchSize, sheetCount };
    const { generator, discriminator } = networks;
    return { ...createPairedSteps(networks, loss, sizes), networks: { generator, discriminator } };
  },
  async prepare(choices, options) {
    const { recipe: name, seed = defaultSeed } = choices;
    const recipe = recipeFor(name);
    const size = sizeOf(choices, recipe);
    assertChoices(choices, recipe);
    const load = { ...options, ...size, sheetCount, seed };
    const data = await conditionOf(name).load(choices.data, load);
    const config = translatorConfigOf(choices, recipe, data);
    return {
      config,
      dataBytes: data.bytes,
      picturesPerStep: config.batchSize,
      examples: { '': data.sheet.source },
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
