import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { compile } from '../compile.js';
import { variablesOf } from './network.js';
import { buildUpscaler } from './upscaler.js';

beforeEach(() => {
  void tf.setBackend('cpu');
});

const shape = {
  height: 5,
  width: 6,
  sourceChannels: 3,
  channels: 3,
  baseChannels: 4,
  norm: 'none',
} as const;

const numbers = (...sizes: number[]): tf.Tensor4D => {
  const count = sizes.reduce((a, b) => a * b, 1);
  const values = Float32Array.from({ length: count }, (_, i) => Math.sin(i * 12.9898));
  return tf.tensor<tf.Rank.R4>(values, sizes as [number, number, number, number]);
};

describe.each([2, 4] as const)('buildUpscaler, %i times', (scale) => {
  it('without details repeats each pixel', () => {
    const model = buildUpscaler({ ...shape, scale }, [1, 2]);
    for (const [name, weight] of Object.entries(variablesOf(model, 'g'))) {
      if (name.startsWith('g/details')) weight.assign(tf.zerosLike(weight));
    }
    const source = numbers(2, 3, 7, 3);
    const image = model.apply(source) as tf.Tensor;
    const repeated = tf.image.resizeNearestNeighbor(source, [3 * scale, 7 * scale]);
    expect(image.shape).toEqual([2, 3 * scale, 7 * scale, 3]);
    expect(image.dataSync()).toEqual(repeated.dataSync());
  });

  it('is the same picture on both engines, within [-1, 1]', async () => {
    const model = buildUpscaler({ ...shape, scale }, [3, 4]);
    const inputs = { source: { shape: [2, 5, 6, 3], dtype: 'float32' } } as const;
    const translate = ({ source }: { source?: tf.Tensor }) => ({
      image: model.apply(source as tf.Tensor, { training: false }) as tf.Tensor,
    });
    // Whites and blacks, which details carry beyond the range.
    const source = Float32Array.from(numbers(2, 5, 6, 3).dataSync(), Math.sign);
    const pictures: Float32Array[] = [];
    for (const engine of ['onnx', 'tfjs'] as const) {
      const compiled = await compile(translate, { inputs, engine, device: 'cpu' });
      const { image } = await compiled.run({ source });
      pictures.push(image?.data as Float32Array);
      await compiled.dispose();
    }
    const [native, eager] = pictures as [Float32Array, Float32Array];
    expect(Math.max(...native.map((x, i) => Math.abs(x - (eager[i] as number))))).toBeLessThan(
      1e-5,
    );
    expect(Math.max(...native.map(Math.abs))).toBe(1);
  });
});

describe('buildUpscaler', () => {
  it('has a gradient where a picture in training leaves the range', () => {
    const model = buildUpscaler({ ...shape, scale: 2 }, [5, 6]);
    const variables = variablesOf(model, 'g');
    const white = tf.ones([1, 5, 6, 3]);
    const made = () => model.apply(white, { training: true }) as tf.Tensor;
    variables['g/details/bias']?.assign(tf.fill([12], 0.5));
    const { grads } = tf.variableGrads(() => tf.mean(made()), Object.values(variables));
    for (const [name, { name: key }] of Object.entries(variables)) {
      expect(tf.max(tf.abs(grads[key] as tf.Tensor)).dataSync()[0], name).toBeGreaterThan(0);
    }
  });
});
