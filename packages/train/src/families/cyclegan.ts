import { foldIn, fromBytes, InputError, type Key, type Pixels, toByte } from '@ganvas/core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { contactSheet, picturesFor } from '../contact-sheet.js';
import { loadUnpaired, pictureSources } from '../data/load.js';
import { createUnpairedBatches } from '../data/pair-batches.js';
import type { Pictures, Unpaired } from '../data/pictures.js';
import type { Engine, Numbers } from '../engines/engine.js';
import { poolDraws, poolSize } from '../history-pool.js';
import { generatorOf } from '../networks/generators.js';
import { buildPatchDiscriminator } from '../networks/patch-discriminator.js';
import { streamKey, uniforms } from '../noise.js';
import { adversarials } from '../objectives/adversarial.js';
import { type CycleRecipe, recipeOf } from '../recipes.js';
import { commonConfigOf, type RunConfig } from '../run-config.js';
import { type CycleNetworks, createCycleSteps, ofDomain } from './cyclegan-steps.js';
import { type Family, type LossValues, lossValuesOf } from './family.js';
import {
  assertChoices,
  shapeOf,
  sizeOf,
  translatorConfigOf,
  translatorOf,
  translatorPart,
} from './translator.js';

/** Pictures of each domain on the contact sheet. */
const sheetCount = 4;

const recipeFor = ({ recipe: name }: Pick<RunConfig, 'recipe'>): CycleRecipe => {
  const recipe = recipeOf(name);
  if (recipe.family !== 'cyclegan') throw new Error(`${name}: expected a recipe of cycles`);
  return recipe;
};

function buildNetworks(config: RunConfig): CycleNetworks {
  const { generator, patch, discriminatorChannels } = translatorOf(config);
  const { height, width, channels: inputChannels, seed } = config;
  const shape = shapeOf(config);
  const judged = { height, width, norm: shape.norm, patch, baseChannels: discriminatorChannels };
  const translator = (n: number): LayersModel =>
    generatorOf(generator).build(shape, foldIn(streamKey(seed, 'generatorWeights'), n));
  const judge = (n: number): LayersModel =>
    buildPatchDiscriminator(
      { ...judged, inputChannels },
      foldIn(streamKey(seed, 'criticWeights'), n),
    );
  return {
    aToB: translator(0),
    bToA: translator(1),
    discriminatorA: judge(0),
    discriminatorB: judge(1),
  };
}

function assertPoolFits({ batchSize }: { batchSize: number }): void {
  if (batchSize <= poolSize) return;
  throw new InputError(
    `batchSize: expected at most ${poolSize}, the pictures that a history pool holds, got ${batchSize}`,
  );
}

function createIteration(engine: Engine<string>, data: Unpaired, config: RunConfig) {
  const { batchSize, seed } = config;
  const { usesMix } = adversarials[translatorOf(config).adversarial];
  const batchAt = createUnpairedBatches(data, {
    batchSize,
    key: streamKey(seed, 'order'),
    augment: true,
  });
  /** What the discriminator of one domain is fed. */
  const feed = (
    domain: 'A' | 'B',
    step: number,
    pictures: { real: Float32Array; generated: Numbers },
  ) => {
    const keyOf = (stream: 'pool' | 'mix'): Key =>
      foldIn(streamKey(seed, stream), domain === 'A' ? 0 : 1);
    const mix = usesMix && { mix: uniforms(keyOf('mix'), step, batchSize) };
    const draws = poolDraws(keyOf('pool'), step, { batchSize });
    return ofDomain<Numbers | Float32Array | Int32Array>(domain, { ...pictures, ...draws, ...mix });
  };
  return async (step: number, rate: number): Promise<LossValues> => {
    const { a, b } = batchAt(step);
    const learningRate = Float32Array.of(rate);
    const made = await engine.run('generators', { a, b, learningRate });
    const { generatedA, generatedB, ...losses } = made;
    const judged = await engine.run('discriminators', {
      ...feed('A', step, { real: a, generated: generatedA as Numbers }),
      ...feed('B', step, { real: b, generated: generatedB as Numbers }),
      learningRate,
    });
    return lossValuesOf({ ...losses, ...judged });
  };
}

/** Pictures of both domains below each other. */
const stacked = (above: Pixels, below: Pixels): Pixels => ({
  ...above,
  count: above.count + below.count,
  data: Uint8Array.from([...above.data, ...below.data]),
});

/** Draw the sheet: what is given | what becomes of it | where it is known, what it should be | what comes back. */
const sheetOf = (test: Unpaired) => {
  const first = (pictures: Pictures): Pixels => picturesFor(pictures, sheetCount);
  const [a, b] = [first(test.a), first(test.b)];
  const truth = test.truth && stacked(first(test.truth.b), first(test.truth.a));
  return async (engine: Engine<string>): Promise<Pixels> => {
    const made = await engine.run('sample', { a: fromBytes(a.data), b: fromBytes(b.data) });
    const pixelsOf = (name: string): Pixels => ({
      ...a,
      data: Uint8Array.from(made[name]?.data as Float32Array, toByte),
    });
    const output = stacked(pixelsOf('aToB'), pixelsOf('bToA'));
    const returned = stacked(pixelsOf('aToBToA'), pixelsOf('bToAToB'));
    return contactSheet([stacked(a, b), output, ...(truth ? [truth] : []), returned]);
  };
};

/** Translators between two domains learned without pairs (Zhu et al. 2017): one there, one back. */
export const cyclegan: Family = {
  dataSourcesOf: () => pictureSources.unpaired,
  build(config) {
    const networks = buildNetworks(config);
    const { adversarial } = translatorOf(config);
    const sizes = { batchSize: config.batchSize, sheetCount };
    return {
      ...createCycleSteps(networks, { ...recipeFor(config), adversarial }, sizes),
      networks: { ...networks },
    };
  },
  exportsOf(config, { networks }) {
    const part = (name: keyof CycleNetworks, suffix: string) =>
      translatorPart(config, networks[name] as LayersModel, suffix);
    return [part('aToB', ''), part('bToA', '-back')];
  },
  async prepare(choices, options) {
    const recipe = recipeFor(choices);
    const { data: source } = choices;
    assertChoices(choices, recipe);
    assertPoolFits(commonConfigOf(choices));
    const sizes = { ...options, ...sizeOf(choices, recipe) };
    const data = await loadUnpaired(source, { ...sizes, split: 'train' });
    const test = await loadUnpaired(source, { ...sizes, split: 'test' });
    const { channels } = data.a;
    const config = translatorConfigOf(choices, recipe, {
      source: { channels, encoding: 'picture' },
      channels,
      scale: 1,
    });
    return {
      config,
      dataBytes: data.a.data.length + data.b.data.length,
      picturesPerStep: 2 * config.batchSize,
      createIteration: (engine) => createIteration(engine, data, config),
      examples: {
        '': fromBytes(picturesFor(test.a, sheetCount).data),
        '-back': fromBytes(picturesFor(test.b, sheetCount).data),
      },
      drawSheet: sheetOf(test),
    };
  },
};
