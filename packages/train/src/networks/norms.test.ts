import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeEach, describe, expect, it } from 'vitest';
import { variablesOf } from './network.js';
import { normalize } from './norms.js';

beforeEach(() => {
  void tf.setBackend('cpu');
});

const modelOf = (kind: 'instance' | 'batch'): tfl.LayersModel => {
  const input = tfl.input({ shape: [1, 2, 1] });
  return tfl.model({ inputs: input, outputs: normalize(kind, 'norm', input) });
};
// Two pictures of two pixels: means 2 and 20, variances 1 and 100.
const pictures = () => tf.tensor4d([1, 3, 10, 30], [2, 1, 2, 1]);
const apply = (model: tfl.LayersModel, training: boolean): number[] =>
  Array.from((model.apply(pictures(), { training }) as tf.Tensor).dataSync());
const rounded = (numbers: ArrayLike<number>): number[] =>
  Array.from(numbers, (value) => Math.round(value * 1e4) / 1e4);

describe('normalize', () => {
  it('by instance takes the statistics of each picture, in training and after it', () => {
    const model = modelOf('instance');
    for (const training of [true, false])
      expect(rounded(apply(model, training))).toEqual([-1, 1, -1, 1]);
  });

  it('scales by a gain and adds a bias for each channel', () => {
    const model = modelOf('instance');
    const { 'n/norm/gain': gain, 'n/norm/bias': bias } = variablesOf(model, 'n');
    gain?.assign(tf.tensor1d([3]));
    bias?.assign(tf.tensor1d([5]));
    expect(rounded(apply(model, false))).toEqual([2, 8, 2, 8]);
  });

  it('by batch takes those of the batch in training, and running ones after it', () => {
    const model = modelOf('batch');
    // mean 11, variance (100 + 64 + 1 + 361) / 4 = 131.5
    const deviation = Math.sqrt(131.5);
    const measured = [-10, -8, -1, 19].map((x) => x / deviation);
    expect(rounded(apply(model, true))).toEqual(rounded(measured));
    // A tenth of the way from 0 and 1 to the mean and the unbiased variance 131.5 * 4 / 3.
    const variance = 0.9 + (0.1 * 131.5 * 4) / 3;
    const { 'n/norm/running_mean': mean, 'n/norm/running_variance': kept } = variablesOf(
      model,
      'n',
    );
    expect(rounded(mean?.dataSync() ?? [])).toEqual([1.1]);
    expect(rounded(kept?.dataSync() ?? [])).toEqual(rounded([variance]));
    const running = [1, 3, 10, 30].map((x) => (x - 1.1) / Math.sqrt(variance));
    expect(rounded(apply(model, false))).toEqual(rounded(running));
  });

  it('has running statistics that gradients leave alone', () => {
    const names = Object.keys(variablesOf(modelOf('batch'), 'n', { trainable: true }));
    expect(names).toEqual(['n/norm/gain', 'n/norm/bias']);
  });

  it('by no norm leaves the graph as it is', () => {
    const input = tfl.input({ shape: [1, 2, 1] });
    expect(normalize('none', 'norm', input)).toBe(input);
  });
});
