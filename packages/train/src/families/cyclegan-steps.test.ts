import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeEach, describe, expect, it } from 'vitest';
import { type EngineName, engineNames, type NumberArray, type Numbers } from '../engines/engine.js';
import { createEngine } from '../engines/index.js';
import { poolDraws } from '../history-pool.js';
import { buildPatchDiscriminator } from '../networks/patch-discriminator.js';
import { buildResnet } from '../networks/resnet.js';
import { buildUnet } from '../networks/unet.js';
import { type CycleFeeds, type LossValues, learnByHand } from '../testing/cycle-by-hand.js';
import { type CycleNetworks, createCycleSteps, ofDomain } from './cyclegan-steps.js';

beforeEach(() => {
  void tf.setBackend('cpu');
});

const options = {
  adversarial: 'lsgan',
  cycleWeight: 10,
  identityWeight: 5,
  beta1: 0.5,
  beta2: 0.999,
} as const;
const learningRate = Float32Array.of(2e-4);

type Seed = readonly [number, number];

/** A network that multiplies each number and adds to it. */
function buildLine(scale: number, offset: number): tfl.LayersModel {
  const x = tfl.input({ shape: [2, 2, 1], name: 'x' });
  const { constant } = tfl.initializers;
  const line = tfl.layers.conv2d({
    name: 'line',
    filters: 1,
    kernelSize: 1,
    kernelInitializer: constant({ value: scale }),
    biasInitializer: constant({ value: offset }),
  });
  return tfl.model({ inputs: x, outputs: line.apply(x) as tfl.SymbolicTensor });
}

const buildLines = (): CycleNetworks => ({
  aToB: buildLine(2, 0.1),
  bToA: buildLine(-1, 0.2),
  discriminatorA: buildLine(3, -0.1),
  discriminatorB: buildLine(1, 0.4),
});

const flat = (value: number): Float32Array => new Float32Array(4).fill(value);

describe.each(engineNames)('createCycleSteps for %s', (engineName) => {
  it('has the losses that pen and paper give', async () => {
    const { steps } = createCycleSteps(buildLines(), options, { batchSize: 1, sheetCount: 1 });
    const engine = await createEngine(steps, { engine: engineName, device: 'cpu' });
    const [a, b] = [flat(0.5), flat(-0.25)];
    const made = await engine.run('generators', { a, b, learningRate });
    const first = Object.entries(made).map(([name, { data }]) => [name, data[0]] as const);
    const expected = {
      generatedB: 1.1, // 2 a + 0.1
      generatedA: 0.45, // -b + 0.2
      adversarialAtoB: 0.25, // (1.1 + 0.4 - 1)^2
      adversarialBtoA: 0.0625, // (3 * 0.45 - 0.1 - 1)^2
      cycleA: 1.4, // |-1.1 + 0.2 - 0.5|
      cycleB: 1.25, // |2 * 0.45 + 0.1 + 0.25|
      identityA: 0.8, // |-0.5 + 0.2 - 0.5|
      identityB: 0.15, // |-0.5 + 0.1 + 0.25|
      generatorsLoss: 31.5625, // 0.3125 + 10 * 2.65 + 5 * 0.95
    };
    const close = Object.entries(expected).map(([name, x]) => [name, expect.closeTo(x, 5)]);
    expect(Object.fromEntries(first)).toEqual(Object.fromEntries(close));

    // The pools are empty, so that they return what they are given.
    const draws = poolDraws([1, 2], 0, { batchSize: 1 });
    const judged = await engine.run('discriminators', {
      ...ofDomain('A', { real: a, generated: flat(0.45), ...draws }),
      ...ofDomain('B', { real: b, generated: flat(1.1), ...draws }),
      learningRate,
    });
    const judgedFirst = Object.entries(judged).map(([name, { data }]) => [name, data[0]]);
    expect(Object.fromEntries(judgedFirst)).toEqual({
      discriminatorAReal: expect.closeTo(0.16, 5), // (1.5 - 0.1 - 1)^2
      discriminatorAGenerated: expect.closeTo(1.5625, 5), // (1.35 - 0.1)^2
      discriminatorALoss: expect.closeTo(0.86125, 5), // half of both
      discriminatorBReal: expect.closeTo(0.7225, 5), // (-0.25 + 0.4 - 1)^2
      discriminatorBGenerated: expect.closeTo(2.25, 5), // 1.5^2
      discriminatorBLoss: expect.closeTo(1.48625, 5),
    });
    await engine.dispose();
  });

  it('leaves the identity terms out where they weigh nothing', async () => {
    const without = { ...options, identityWeight: 0 };
    const { steps } = createCycleSteps(buildLines(), without, { batchSize: 1, sheetCount: 1 });
    const engine = await createEngine(steps, { engine: engineName, device: 'cpu' });
    const made = await engine.run('generators', { a: flat(0.5), b: flat(-0.25), learningRate });
    expect(made['generatorsLoss']?.data[0]).toBeCloseTo(26.8125, 4);
    expect(Object.keys(made)).not.toContain('identityA');
    await engine.dispose();
  });
});

const picture = { height: 8, width: 8, channels: 3, baseChannels: 4, norm: 'instance' } as const;

/** Networks that are equal whenever they are built. */
const networksOf = (generator: (key: Seed) => tfl.LayersModel) => (): CycleNetworks => {
  const judge = (key: Seed) =>
    buildPatchDiscriminator({ ...picture, inputChannels: 3, patch: '16' }, key);
  return {
    aToB: generator([1, 0]),
    bToA: generator([2, 0]),
    discriminatorA: judge([3, 0]),
    discriminatorB: judge([4, 0]),
  };
};
const buildResnets = networksOf((key) =>
  buildResnet({ ...picture, sourceChannels: 3, blocks: 1 }, key),
);
const buildUnets = networksOf((key) => buildUnet({ ...picture, sourceChannels: 3 }, key));

/** What a step of a test is fed: every picture is another. */
function feedsOf({ aToB }: CycleNetworks) {
  const [input] = aToB.inputs as [tfl.SymbolicTensor];
  const size = (input.shape.slice(1) as number[]).reduce((x, y) => x * y, 1);
  const pictureAt = (salt: number): Float32Array =>
    Float32Array.from({ length: size }, (_, i) => Math.sin(i * 7.77 + 13 * salt));
  return (step: number): CycleFeeds => ({
    a: pictureAt(2 * step),
    b: pictureAt(2 * step + 1),
    drawsA: poolDraws([5, 6], step, { batchSize: 1 }),
    drawsB: poolDraws([7, 8], step, { batchSize: 1 }),
  });
}

/** Train by the steps; the losses of each step. */
async function learn(build: () => CycleNetworks, engineName: EngineName, length: number) {
  void tf.setBackend('cpu');
  const networks = build();
  const feedsAt = feedsOf(networks);
  const { steps } = createCycleSteps(networks, options, { batchSize: 1, sheetCount: 1 });
  const engine = await createEngine(steps, { engine: engineName, device: 'cpu' });
  const losses: LossValues[] = [];
  for (let step = 0; step < length; step++) {
    const { a, b, drawsA, drawsB } = feedsAt(step);
    const made = await engine.run('generators', { a, b, learningRate });
    const { generatedA, generatedB, ...own } = made;
    const [fakeA, fakeB] = [generatedA, generatedB] as [Numbers, Numbers];
    const judged = await engine.run('discriminators', {
      ...ofDomain<Numbers | NumberArray>('A', { real: a, generated: fakeA, ...drawsA }),
      ...ofDomain<Numbers | NumberArray>('B', { real: b, generated: fakeB, ...drawsB }),
      learningRate,
    });
    const all = Object.entries({ ...own, ...judged });
    losses.push(Object.fromEntries(all.map(([name, { data }]) => [name, data[0] as number])));
  }
  await engine.dispose();
  return losses;
}

/** The largest difference of the losses that both name. */
const differenceOf = (some: readonly LossValues[], others: readonly LossValues[]): number =>
  Math.max(
    ...some.flatMap((losses, step) =>
      Object.entries(losses).map(([name, x]) => Math.abs(x - (others[step]?.[name] as number))),
    ),
  );

describe('createCycleSteps', () => {
  // Lines are quick enough in plain JavaScript for more steps than a pool has places. ResNets part later: Adam
  // moves a weight whose gradient is zero but for rounding by up to the rate, to either side.
  it.each([
    ['lines', buildLines, 80],
    ['ResNets', buildResnets, 3],
  ] as const)('trains %s as a second implementation does', async (_, build, length) => {
    const networks = build();
    const second = learnByHand(networks, { feedsAt: feedsOf(networks), length });
    const own = await learn(build, 'onnx', length);
    expect(Object.keys(second[0] ?? {})).toHaveLength(8);
    expect(differenceOf(second, own)).toBeLessThan(1e-5);
  });

  it.each([
    ['ResNets', buildResnets],
    ['U-Nets', buildUnets],
  ] as const)('gives the same losses on both engines over 4 steps: %s', async (_, build) => {
    const [native, eager] = [await learn(build, 'onnx', 4), await learn(build, 'tfjs', 4)];
    expect(differenceOf(eager, native)).toBeLessThan(1e-4);
  });
});
