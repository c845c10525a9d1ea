import { compile, type EngineName, type Numbers } from '@ganvas/train';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeEach, describe, expect, it } from 'vitest';

const { layers } = tfl;
const batchSize = 4;
const side = 8;
const runs = 4;
const rate = 0.002;

/** Plain networks of tf.layers that score pictures `[N, 8, 8, 2]`. */
const critics: Readonly<Record<string, () => tfl.layers.Layer[]>> = {
  tanh: () => [
    layers.conv2d({ filters: 6, kernelSize: 3, strides: 2, padding: 'same', activation: 'tanh' }),
    layers.flatten(),
    layers.dense({ units: 5, activation: 'tanh' }),
    layers.dense({ units: 1 }),
  ],
  'batch normalization': () => [
    layers.conv2d({ filters: 4, kernelSize: 3, strides: 2, padding: 'same', useBias: false }),
    layers.batchNormalization(),
    layers.leakyReLU({ alpha: 0.2 }),
    layers.flatten(),
    layers.dense({ units: 1 }),
  ],
  'max pools': () => [
    layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', activation: 'elu' }),
    layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' }),
    layers.conv2d({ filters: 4, kernelSize: 2, activation: 'softplus' }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.flatten(),
    layers.dense({ units: 1 }),
  ],
  'up-sampling and separable convolutions': () => [
    layers.separableConv2d({ filters: 4, kernelSize: 3, strides: 2, activation: 'swish' }),
    layers.upSampling2d({ size: [2, 2], interpolation: 'bilinear' }),
    layers.depthwiseConv2d({ kernelSize: 3, activation: 'selu' }),
    layers.upSampling2d({ size: [2, 2] }),
    layers.conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, activation: 'sigmoid' }),
    layers.globalAveragePooling2d({}),
    layers.dense({ units: 1 }),
  ],
  'layer normalization, prelu and mean pools': () => [
    layers.conv2d({ filters: 4, kernelSize: 3, strides: 1, padding: 'same' }),
    layers.layerNormalization(),
    layers.prelu({ sharedAxes: [1, 2] }),
    layers.averagePooling2d({ poolSize: 2 }),
    layers.flatten(),
    layers.dense({ units: 3, activation: 'softmax' }),
    layers.dense({ units: 1 }),
  ],
};

const waves = (count: number, salt: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin((i + 1) * 12.9898 + salt * 78.233));

/** A critic whose weights are the same whenever it is built. */
function buildCritic(make: () => tfl.layers.Layer[]): tfl.LayersModel {
  const input = tfl.input({ shape: [side, side, 2] });
  const output = make().reduce<tfl.SymbolicTensor>(
    (x, layer) => layer.apply(x) as tfl.SymbolicTensor,
    input,
  );
  const model = tfl.model({ inputs: input, outputs: output });
  model.trainableWeights.forEach((weight, i) => {
    const shape = weight.shape as number[];
    const size = tf.util.sizeFromShape(shape);
    const fanIn = Math.max(1, size / (shape.at(-1) as number));
    const numbers = waves(size, i + 1).map((x) => (1.5 * x) / Math.sqrt(fanIn));
    weight.write(tf.tensor(numbers, shape));
  });
  return model;
}

/** mean(score) + 10 mean((|d score / d x| - 1)^2), written as a person would. */
function lossOf(model: tfl.LayersModel, x: tf.Tensor): tf.Scalar {
  const score = (points: tf.Tensor) => model.apply(points, { training: true }) as tf.Tensor;
  const gradient = tf.grad((points) => tf.sum(score(points)))(x);
  const norm = tf.sqrt(tf.sum(tf.square(gradient), [1, 2, 3]));
  const penalty = tf.mean(tf.square(tf.sub(norm, 1)));
  return tf.add(tf.mean(score(x)), tf.mul(penalty, 10));
}

/** Descend along the gradient of the loss; the losses on the way, and the weights at the end. */
async function descend(make: () => tfl.layers.Layer[], engine: EngineName) {
  const model = buildCritic(make);
  const learned = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  // Those that are not learned follow the statistics of the batches.
  const all = model.weights.map(
    (weight, i) => [`weight ${i}`, weight.read() as tf.Variable] as const,
  );
  const shape = [batchSize, side, side, 2];
  const learn = await compile(
    ({ x }) => {
      const { value, grads } = tf.variableGrads(() => lossOf(model, x as tf.Tensor), learned);
      for (const weight of learned) {
        weight.assign(tf.sub(weight, tf.mul(grads[weight.name] as tf.Tensor, rate)));
      }
      return { loss: value };
    },
    {
      engine,
      device: 'cpu',
      inputs: { x: { shape, dtype: 'float32' } },
      state: Object.fromEntries(all),
    },
  );
  const losses: number[] = [];
  for (let run = 0; run < runs; run++) {
    const { loss } = await learn.run({ x: waves(tf.util.sizeFromShape(shape), 9) });
    losses.push(...(loss as Numbers).data);
  }
  const state = learn.readState();
  const numbers = all.flatMap(([name]) => [...(state[name] as Numbers).data]);
  await learn.dispose();
  model.dispose();
  return { losses, weights: numbers };
}

/** The largest difference, relative to 1 where a number is smaller. */
const worst = (actual: readonly number[], expected: readonly number[]): number =>
  Math.max(
    ...expected.map((x, i) => Math.abs((actual[i] as number) - x) / Math.max(1, Math.abs(x))),
  );

beforeEach(() => {
  void tf.setBackend('cpu');
});

describe('a gradient penalty', () => {
  it.each(Object.entries(critics))(
    'on a critic with %s is the same on both engines',
    async (_, make) => {
      const [native, eager] = [await descend(make, 'onnx'), await descend(make, 'tfjs')];
      expect(worst(native.losses, eager.losses)).toBeLessThan(1e-5);
      expect(native.weights.length).toBe(eager.weights.length);
      expect(worst(native.weights, eager.weights)).toBeLessThan(1e-5);
      // The weights moved, so that a wrong derivative would show in the next loss.
      const [first, last] = [eager.losses[0] as number, eager.losses.at(-1) as number];
      expect(Math.abs(first - last)).toBeGreaterThan(1e-3);
    },
  );
});
