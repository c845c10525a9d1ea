import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { compile } from '../compile.js';
import { parameterCount, variablesOf } from './network.js';
import { ReflectionPad } from './reflection-pad.js';
import { buildResnet, type ResnetShape } from './resnet.js';

beforeEach(() => {
  void tf.setBackend('cpu');
});

const small: ResnetShape = {
  height: 16,
  width: 24,
  sourceChannels: 3,
  channels: 3,
  baseChannels: 4,
  norm: 'instance',
  blocks: 2,
};

const numbers = (shape: number[], salt = 0): tf.Tensor =>
  tf.tensor(
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) =>
      Math.sin(i * 12.9898 + salt),
    ),
    shape,
  );

describe('ReflectionPad', () => {
  it('continues a row by its reflection, without the edge twice', () => {
    const row = tf.tensor4d([1, 2, 3, 4], [1, 1, 4, 1]);
    const square = tf.concat([row, tf.mul(row, 10), tf.mul(row, 100)], 1);
    const padded = new ReflectionPad({ name: 'pad', padding: 2 }).apply(square) as tf.Tensor;
    expect(padded.shape).toEqual([1, 7, 8, 1]);
    const lines = tf.reshape(padded, [7, 8]).arraySync() as number[][];
    expect(lines[2]).toEqual([3, 2, 1, 2, 3, 4, 3, 2]);
    expect(lines.map((line) => line[2])).toEqual([100, 10, 1, 10, 100, 10, 1]);
  });
});

describe('buildResnet', () => {
  it.each([
    [16, 24],
    [8, 8],
    [40, 16],
  ])('gives a picture of the size of a source of %i x %i, built for another', (height, width) => {
    const model = buildResnet(small, [1, 2]);
    const image = model.apply(numbers([2, height, width, 3])) as tf.Tensor;
    expect(image.shape).toEqual([2, height, width, 3]);
    expect(Math.max(...image.dataSync().map(Math.abs))).toBeLessThan(1);
  });

  it('has the parameters of the published network', () => {
    // Weights k k in out of c7s1-64, d128, d256, 18 convolutions of R256, u128, u64, c7s1-3.
    const kernels = 49 * (3 * 64 + 64 * 3) + 9 * 2 * (64 * 128 + 128 * 256) + 18 * 9 * 256 * 256;
    // A gain and a bias for each channel of a norm, and the biases of the last layer.
    const norms = 2 * (64 + 128 + 256 + 18 * 256 + 128 + 64);
    const published = { height: 256, width: 256, sourceChannels: 3, channels: 3, baseChannels: 64 };
    const shape = { ...published, norm: 'instance', blocks: 9 } as const;
    const count = parameterCount(variablesOf(buildResnet(shape, [0, 0]), 'g'));
    expect(count).toBe(kernels + norms + 3);
    // The authors' network has a bias for each of 5,251 filters in place of gains and biases.
    expect(count - norms - 3 + 5251).toBe(11_378_179);
  });

  it('draws its weights from the key, with deviation 0.02', () => {
    const weights = (word: number) =>
      (
        variablesOf(buildResnet(small, [word, 0]), 'g')['g/block_1_a/kernel'] as tf.Variable
      ).dataSync() as Float32Array;
    const [one, again, other] = [weights(1), weights(1), weights(2)];
    expect(one).toEqual(again);
    expect(one).not.toEqual(other);
    const deviation = Math.sqrt(one.reduce((sum, x) => sum + x * x, 0) / one.length);
    // 2,304 draws: a standard error of 1.5 %
    expect(deviation / 0.02).toBeGreaterThan(0.93);
    expect(deviation / 0.02).toBeLessThan(1.07);
  });

  it('follows its source: each weight has a gradient, and a step along it lowers the error', () => {
    const model = buildResnet(small, [3, 4]);
    const variables = variablesOf(model, 'g');
    const [source, target] = [numbers([1, 16, 24, 3]), numbers([1, 16, 24, 3], 9)];
    const loss = (): tf.Scalar => tf.mean(tf.abs(tf.sub(model.apply(source) as tf.Tensor, target)));
    const { value, grads } = tf.variableGrads(loss, Object.values(variables));
    for (const [name, variable] of Object.entries(variables)) {
      const gradient = grads[variable.name] as tf.Tensor;
      expect(tf.max(tf.abs(gradient)).dataSync()[0], name).toBeGreaterThan(0);
      variable.assign(tf.sub(variable, tf.mul(gradient, 0.05)));
    }
    expect(loss().dataSync()[0]).toBeLessThan(value.dataSync()[0] as number);
  });

  it('is the same picture on both engines', async () => {
    const model = buildResnet(small, [5, 6]);
    const translate = ({ source }: { source?: tf.Tensor }) => ({
      image: model.apply(source as tf.Tensor) as tf.Tensor,
    });
    const inputs = { source: { shape: [2, 16, 24, 3], dtype: 'float32' } } as const;
    const source = numbers([2, 16, 24, 3]).dataSync() as Float32Array;
    const [native, eager] = await Promise.all(
      (['onnx', 'tfjs'] as const).map(async (engine) => {
        const compiled = await compile(translate, { inputs, engine, device: 'cpu' });
        const { image } = await compiled.run({ source });
        await compiled.dispose();
        return image?.data as Float32Array;
      }),
    );
    const difference = native?.map((x, i) => Math.abs(x - (eager?.[i] as number)));
    expect(Math.max(...(difference ?? [1]))).toBeLessThan(1e-5);
  });
});
