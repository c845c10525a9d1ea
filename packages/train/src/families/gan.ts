import { InputError, labelFromSeed, latentFromSeed, toByte, toGrid } from '@ganvas/core';
import type { DynamicInput, Feed } from '@ganvas/export';
import { type Dataset, dataSources, loadDataset } from '../data/dataset.js';
import type { Engine } from '../engines/engine.js';
import { sizeMultiple } from '../networks/network.js';
import { type GanRecipe, recipeOf } from '../recipes.js';
import { commonConfigOf, type RunChoices, type RunConfig } from '../run-config.js';
import { sampleCountFor, sampleSheet } from '../samples.js';
import type { ExportPart, Family, Training } from './family.js';
import { createIteration } from './gan-iteration.js';
import { buildGan, type Gan } from './gan-steps.js';

const recipeFor = ({ recipe: name }: Pick<RunConfig, 'recipe'>): GanRecipe => {
  const recipe = recipeOf(name);
  if (recipe.family !== 'gan') throw new Error(`${name}: expected a recipe of samplers`);
  return recipe;
};

/** The configuration that choices and data make. Throws an InputError for pictures that do not fit. */
function configFor(choices: RunChoices, dataset: Dataset): RunConfig {
  const { width, height, channels, classes } = dataset;
  if (width % sizeMultiple !== 0 || height % sizeMultiple !== 0) {
    throw new InputError(
      `${choices.data}: expected pictures with sides that are multiples of ${sizeMultiple}, got ${width} x ${height}: crop or pad them`,
    );
  }
  const common = commonConfigOf(choices);
  return { ...common, classes: choices.conditional ? [...classes] : null, width, height, channels };
}

function build(config: RunConfig): Gan {
  const recipe = recipeFor(config);
  const classCount = config.classes?.length;
  const { width, height, channels, seed, batchSize } = config;
  const { latentSize, baseChannels } = recipe;
  const shape = { width, height, channels, latentSize, baseChannels };
  return buildGan(classCount === undefined ? shape : { ...shape, classCount }, recipe, {
    seed,
    batchSize,
    sampleCount: sampleCountFor(classCount),
  });
}

/** `z` float32 `[N, latentSize]` and, if it is conditional, `label` int64 `[N]` -> `image`. */
function exportsOf(config: RunConfig, { steps }: Pick<Training, 'steps'>): ExportPart[] {
  const { latentSize } = recipeFor(config);
  const classCount = config.classes?.length;
  const inputs: Record<string, DynamicInput> = {
    z: { shape: ['N', latentSize], dtype: 'float32' },
    ...(classCount ? { label: { shape: ['N'], dtype: 'int64' } } : {}),
  };
  const feed: Feed = (batch) => {
    const seeds = Array.from({ length: batch }, (_, i) => 100 * batch + i);
    const z = Float32Array.from(seeds.flatMap((seed) => [...latentFromSeed(seed, latentSize)]));
    const label = Int32Array.from(seeds, (seed) => labelFromSeed(seed, classCount ?? 1));
    return { z, label };
  };
  const { width, height, channels } = config;
  return [
    {
      suffix: '',
      run: (steps as Gan['steps']).sample.run,
      inputs,
      feed,
      description: {
        task: 'sample',
        latentSize,
        ...(config.classes ? { labels: config.classes } : {}),
        image: { width, height, channels: channels as 1 | 3 | 4, range: [-1, 1] },
      },
    },
  ];
}

/** Samplers: a generator of latents against a critic, and the average generator that is exported. */
export const gan: Family = {
  dataSourcesOf: () => dataSources,
  build,
  exportsOf,
  async prepare(choices) {
    const dataset = await loadDataset(choices.data);
    const config = configFor(choices, dataset);
    const recipe = recipeFor(config);
    const sheet = sampleSheet(recipe.latentSize, config.classes?.length);
    return {
      config,
      dataBytes: dataset.images.length,
      picturesPerStep: recipe.criticSteps * config.batchSize,
      createIteration: (engine) => createIteration(engine, dataset, config, recipe),
      async drawSheet(engine: Engine<string>) {
        const { count, columns, ...inputs } = sheet;
        const { image } = await engine.run('sample', inputs);
        const { width, height, channels } = config;
        const data = Uint8Array.from(image?.data as Float32Array, toByte);
        return toGrid({ data, count, width, height, channels }, columns);
      },
    };
  },
};
