import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeEach, describe, expect, it } from 'vitest';
import { compile } from './compile.js';

type Fn = (x: tf.Tensor) => tf.Tensor;

const compiling = (fn: Fn) => () =>
  compile(({ x }) => ({ y: fn(x as tf.Tensor) }), {
    name: 'step',
    form: 'gather',
    inputs: { x: { shape: [2, 3], dtype: 'float32' } },
  });
const inTraining = { training: true };
const { layers } = tfl;

beforeEach(() => {
  void tf.setBackend('cpu');
});

describe('a traced function that draws random numbers', () => {
  const dropout = layers.dropout({ rate: 0.5 });
  const noise = layers.gaussianNoise({ stddev: 1 });
  it.each<[string, string, Fn]>([
    ['tf.dropout', 'randomUniform', (x) => tf.dropout(x, 0.5)],
    ['tf.layers.dropout', 'randomUniform', (x) => dropout.apply(x, inTraining) as tf.Tensor],
    ['tf.layers.gaussianNoise', 'randomNormal', (x) => noise.apply(x, inTraining) as tf.Tensor],
    ['tf.randomUniform', 'randomUniform', (x) => tf.add(x, tf.randomUniform([2, 3]))],
    ['tf.randomStandardNormal', 'randomNormal', (x) => tf.add(x, tf.randomStandardNormal([3]))],
    ['tf.truncatedNormal', 'truncatedNormal', (x) => tf.add(x, tf.truncatedNormal([3]))],
    ['tf.randomGamma', 'randomGamma', (x) => tf.add(x, tf.randomGamma([3], 1))],
    ['Math.random', 'Math.random', (x) => tf.mul(x, Math.random())],
  ])('by %s is refused, with the line', (_, name, fn) => {
    expect(compiling(fn)).toThrow(
      new RegExp(
        `\\n  ${name}, called once: .*the same numbers would come at every run: draw them outside and pass them as an input.*\\n {4}at .*random-draws\\.test\\.ts:\\d+\\)?$`,
      ),
    );
  });

  it('hears of all of them at once', () => {
    const draw: Fn = (x) => tf.add(tf.dropout(tf.dropout(x, 0.5), 0.5), tf.randomNormal([2, 3]));
    expect(compiling(draw)).toThrow(
      /got 2 that cannot:\n {2}randomUniform, called twice: .*\n.*\n {2}randomNormal, called once: /,
    );
  });

  it('hears of a multinomial draw once', () => {
    const draw: Fn = () => tf.cast(tf.multinomial(tf.ones([2, 3]) as tf.Tensor2D, 4), 'float32');
    expect(compiling(draw)).toThrow(/got one that cannot:\n {2}Multinomial, called once: /);
  });

  it('may draw with a seed, which gives the same numbers in eager tfjs as well', () => {
    const seeded = layers.dropout({ rate: 0.5, seed: 7 });
    const draw: Fn = (x) => {
      const dropped = seeded.apply(tf.dropout(x, 0.5, undefined, 3), inTraining) as tf.Tensor;
      return tf.add(dropped, tf.randomNormal([2, 3], 0, 1, 'float32', 5));
    };
    expect(compiling(draw)).not.toThrow();
    // tfjs takes a seed of 0 for none.
    expect(compiling(() => tf.randomNormal([2, 3], 0, 1, 'float32', 0))).toThrow(
      'give it a seed other than 0',
    );
    const twice = [1, 2].map(() => [...draw(tf.ones([2, 3])).dataSync()]);
    expect(twice[0]).toEqual(twice[1]);
  });

  it('may call a model that was built before, whatever its first weights were drawn by', () => {
    const model = tfl.sequential({ layers: [layers.dense({ units: 2, inputShape: [3] })] });
    expect(compiling((x) => model.apply(x) as tf.Tensor)).not.toThrow();
    model.dispose();
  });

  it('may not build a model, nor a layer that has no weights yet', () => {
    const late = layers.dense({ units: 2 });
    const build: Fn = (x) =>
      tfl
        .sequential({ layers: [layers.dense({ units: 2, inputShape: [3] })] })
        .apply(x) as tf.Tensor;
    for (const fn of [build, (x: tf.Tensor) => late.apply(x) as tf.Tensor]) {
      expect(compiling(fn)).toThrow(
        /truncatedNormal, called once: .*a model's first weights: build it before\n {4}at .*random-draws\.test\.ts:\d+\)?$/,
      );
    }
  });

  it('leaves Math.random as it was, also where it throws', () => {
    const { random } = Math;
    expect(compiling((x) => tf.dropout(x, 0.5))).toThrow();
    expect(Math.random).toBe(random);
    const fail: Fn = () => {
      throw new Error('in the middle');
    };
    expect(compiling(fail)).toThrow('in the middle');
    expect(Math.random).toBe(random);
    compiling((x) => tf.exp(x))();
    expect(Math.random).toBe(random);
  });
});
