import * as tf from '@tensorflow/tfjs-core';
import { buildGan, type Gan } from './gan.js';
import { recipes } from './recipes.js';
import type { RunConfig } from './run-config.js';
import { sampleCountFor } from './samples.js';

/** Build the networks of a configuration, with their first weights on tfjs's `cpu` backend. */
export function buildFor(config: RunConfig): Gan {
  void tf.setBackend('cpu');
  const recipe = recipes[config.recipe];
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
