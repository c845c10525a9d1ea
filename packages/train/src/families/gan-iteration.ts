import { foldIn, integerAt } from '@ganvas/core';
import { createBatches } from '../data/batches.js';
import type { Dataset } from '../data/dataset.js';
import type { Engine, StateNumbers } from '../engines/engine.js';
import { normals, streamKey, uniforms } from '../noise.js';
import type { GanRecipe } from '../recipes.js';
import type { RunConfig } from '../run-config.js';
import { type LossValues, lossValuesOf } from './family.js';

/**
 * Make the function that runs one generator step and its critic steps. Its numbers all follow from the
 * seed and the step, so a resumed run draws what it would have drawn.
 */
export function createIteration(
  engine: Engine<string>,
  dataset: Dataset,
  config: RunConfig,
  recipe: GanRecipe,
) {
  const { batchSize, seed } = config;
  const key = (stream: Parameters<typeof streamKey>[1]) => streamKey(seed, stream);
  const keys = {
    criticLatent: key('criticLatent'),
    mix: key('mix'),
    generatorLatent: key('generatorLatent'),
    generatorLabel: key('generatorLabel'),
  };
  const batchAt = createBatches(dataset, { batchSize, key: key('order') });
  const latentCount = batchSize * recipe.latentSize;
  const classCount = config.classes?.length;
  /** Labels as an input, where the networks take any. */
  const labelled = (label: (count: number) => Int32Array): { label?: Int32Array } =>
    classCount === undefined ? {} : { label: label(classCount) };
  const labelsAt = (step: number) => (count: number) => {
    const own = foldIn(keys.generatorLabel, step);
    return Int32Array.from({ length: batchSize }, (_, i) => integerAt(own, i, count));
  };

  return async (step: number, rate: number): Promise<LossValues> => {
    const learningRate = Float32Array.of(rate);
    let losses: StateNumbers = {};
    for (let k = 0; k < recipe.criticSteps; k++) {
      const index = step * recipe.criticSteps + k;
      const { images, labels } = batchAt(index);
      losses = await engine.run('critic', {
        real: images,
        ...labelled(() => labels),
        z: normals(keys.criticLatent, index, latentCount),
        mix: uniforms(keys.mix, index, batchSize),
        learningRate,
      });
    }
    const generatorLosses = await engine.run('generator', {
      z: normals(keys.generatorLatent, step, latentCount),
      ...labelled(labelsAt(step)),
      learningRate,
      // Follows the young generator closely, the old one slowly.
      averageDecay: Float32Array.of(Math.min(recipe.averageDecay, (1 + step) / (10 + step))),
    });
    return lossValuesOf({ ...losses, ...generatorLosses });
  };
}
