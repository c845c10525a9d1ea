import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { type EngineName, engineNames } from '../engines/engine.js';
import { createEngine } from '../engines/index.js';
import { createPairedSteps, type PairedNetworks } from './pix2pix-steps.js';

/** Networks of one pixel: the generator draws 0.5 x mask, the discriminator scores source + 2 x picture. */
function buildPixelNetworks(): PairedNetworks {
  void tf.setBackend('cpu');
  const { layers } = tfl;
  const source = tfl.input({ shape: [1, 1, 1], name: 'source' });
  const mask = tfl.input({ shape: [1, 1, 1], name: 'mask_0' });
  const scaled = (name: string, weights: number[], x: tfl.SymbolicTensor) => {
    const options = { name, filters: 1, kernelSize: 1, useBias: false } as const;
    const layer = layers.conv2d(options);
    const result = layer.apply(x) as tfl.SymbolicTensor;
    layer.setWeights([tf.tensor(weights, [1, 1, weights.length, 1])]);
    return result;
  };
  const picture = layers.multiply({ name: 'drop' }).apply([scaled('draw', [0.5], source), mask]);
  const pair = tfl.input({ shape: [1, 1, 2], name: 'pair' });
  return {
    generator: tfl.model({ inputs: [source, mask], outputs: picture as tfl.SymbolicTensor }),
    discriminator: tfl.model({ inputs: pair, outputs: scaled('judge', [1, 2], pair) }),
    masks: [{ name: 'mask_0', shape: [1, 1, 1] }],
  };
}

/** Run one step on source 1, target 2 and a mask of 2, so that 0.5 x 1 x 2 = 1 is drawn. */
async function runOnce(engineName: EngineName) {
  const loss = { adversarial: 'bce', distanceWeight: 100, beta1: 0.5, beta2: 0.999 } as const;
  const { steps } = createPairedSteps(buildPixelNetworks(), loss, { batchSize: 1, sheetCount: 1 });
  const engine = await createEngine(steps, { engine: engineName, device: 'cpu' });
  const results = await engine.run('train', {
    source: Float32Array.of(1),
    target: Float32Array.of(2),
    mask_0: Float32Array.of(2),
    learningRate: Float32Array.of(0.01),
  });
  const { image } = await engine.run('sample', { source: Float32Array.of(4) });
  const state = engine.readState();
  await engine.dispose();
  const numbers = Object.entries({ ...results, ...state });
  return { image, ...Object.fromEntries(numbers.map(([name, { data }]) => [name, [...data]])) };
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const softplus = (x: number): number => Math.log1p(Math.exp(x));

describe('createPairedSteps', () => {
  it.each(engineNames)('has the losses and gradients worked out by hand, on %s', async (name) => {
    const { image, ...numbers } = await runOnce(name);
    const at = (key: string): number[] => numbers[key as keyof typeof numbers] as number[];
    // The real pair (1, 2) scores 5, the drawn one (1, 1) scores 3.
    expect(at('discriminatorReal')[0]).toBeCloseTo(softplus(-5), 5);
    expect(at('discriminatorGenerated')[0]).toBeCloseTo(softplus(3), 5);
    expect(at('discriminatorLoss')[0]).toBeCloseTo((softplus(-5) + softplus(3)) / 2, 5);
    expect(at('generatorAdversarial')[0]).toBeCloseTo(softplus(-3), 5);
    expect(at('generatorDistance')[0]).toBeCloseTo(1, 5);
    expect(at('generatorLoss')[0]).toBeCloseTo(softplus(-3) + 100, 4);
    // Adam's decayed sum after one step is the gradient itself. By the weights (1, 2) of the discriminator:
    const [bySource, byPicture] = at('discriminator-adam/discriminator/judge/kernel/gradients');
    expect(bySource).toBeCloseTo((-sigmoid(-5) + sigmoid(3)) / 2, 5);
    expect(byPicture).toBeCloseTo((-2 * sigmoid(-5) + sigmoid(3)) / 2, 5);
    // By the generator's: the picture moves by source x mask = 2, the score by twice that.
    const [byDraw] = at('generator-adam/generator/draw/kernel/gradients');
    expect(byDraw).toBeCloseTo(2 * (-2 * sigmoid(-3) - 100), 3);
    // Both moved by the rate against the sign of the gradient, and afterwards nothing is dropped.
    expect(at('discriminator/judge/kernel')[0]).toBeCloseTo(0.99, 5);
    expect(at('generator/draw/kernel')[0]).toBeCloseTo(0.51, 5);
    expect(image?.data[0]).toBeCloseTo(4 * 0.51, 5);
  });
});
