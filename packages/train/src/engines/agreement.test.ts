import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../data/dataset.js';
import type { LossValues } from '../families/family.js';
import { createIteration } from '../families/gan-iteration.js';
import { buildGan, type StepName } from '../families/gan-steps.js';
import { type ObjectiveName, objectives } from '../objectives/index.js';
import { type GanRecipe, recipes } from '../recipes.js';
import type { RunConfig } from '../run-config.js';
import type { Engine, EngineName } from './engine.js';
import { createEngine } from './index.js';

const side = 8;
const batchSize = 4;
const steps = 20;
// The rate of the paper. Where a gradient is zero but for rounding, as that of the bias of a
// Wasserstein score, Adam moves by up to the rate in the direction of the rounding, which no two
// implementations share: at this rate the losses differ by 3e-5 for that reason, without it by 1e-6.
const learningRate = 1e-4;
const classes = ['a', 'b', 'c'];

const dataset: Dataset = {
  images: Uint8Array.from({ length: 12 * side * side }, (_, i) => (i * 37 + (i >> 6) * 91) % 256),
  labels: Uint8Array.from({ length: 12 }, (_, i) => i % classes.length),
  count: 12,
  height: side,
  width: side,
  channels: 1,
  classes,
};

/** The losses of a run from one seed, and the state that it ends with. */
async function runOn(engineName: EngineName, recipe: GanRecipe, isConditional: boolean) {
  void tf.setBackend('cpu');
  const shape = { height: side, width: side, channels: 1, latentSize: 6, baseChannels: 4 };
  const gan = buildGan(isConditional ? { ...shape, classCount: classes.length } : shape, recipe, {
    seed: 3,
    batchSize,
    sampleCount: 2,
  });
  const engine: Engine<StepName> = await createEngine(gan.steps, {
    engine: engineName,
    device: 'cpu',
  });
  const config: RunConfig = {
    recipe: 'wgan-gp',
    data: '',
    classes: isConditional ? classes : null,
    width: side,
    height: side,
    channels: 1,
    batchSize,
    seed: 3,
  };
  const iterate = createIteration(engine, dataset, config, recipe);
  const losses: LossValues[] = [];
  for (let step = 0; step < steps; step++) losses.push(await iterate(step, learningRate));
  const state = engine.readState();
  await engine.dispose();
  tf.dispose(Object.values(gan.state));
  return { losses, state };
}

describe('the engines', () => {
  const cases = (Object.keys(objectives) as ObjectiveName[]).flatMap((objective) =>
    [true, false].map((isConditional) => ({ objective, isConditional })),
  );

  it.each(cases)('give the same losses over 20 steps: %j', async ({ objective, isConditional }) => {
    const recipe: GanRecipe = { ...recipes['wgan-gp'], latentSize: 6, objective };
    const native = await runOn('onnx', recipe, isConditional);
    const eager = await runOn('tfjs', recipe, isConditional);
    eager.losses.forEach((losses, step) => {
      for (const [name, x] of Object.entries(losses)) {
        const difference = Math.abs((native.losses[step]?.[name] as number) - x);
        // Relative to 1 where a loss passes through zero.
        expect(difference / Math.max(Math.abs(x), 1), `${name} at ${step}: ${x}`).toBeLessThan(
          1e-4,
        );
      }
    });
    expect(Object.keys(native.state).sort()).toEqual(Object.keys(eager.state).sort());
    // Something was learned, so that a wrong gradient would have shown.
    const [early, late] = [eager.losses[0], eager.losses.at(-1)];
    const change = Math.abs((early?.['criticLoss'] as number) - (late?.['criticLoss'] as number));
    expect(change).toBeGreaterThan(1e-2);
  });
});
