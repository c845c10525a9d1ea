import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { createAdam } from './adam.js';

beforeEach(() => {
  void tf.setBackend('cpu');
});

describe('createAdam', () => {
  it('moves by the learning rate against the sign at its first step, as the algorithm says', () => {
    const w = tf.variable(tf.tensor1d([1, -2]));
    const adam = createAdam('adam', { w }, { beta1: 0.5, beta2: 0.9 });
    adam.apply({ w: tf.tensor1d([10, -0.001]) }, tf.scalar(0.1));
    // bias correction makes m / sqrt(v) the sign of the gradient
    expect(w.dataSync()[0]).toBeCloseTo(0.9, 5);
    expect(w.dataSync()[1]).toBeCloseTo(-1.9, 4);
  });

  it.each([0, 0.5, 0.9])("equals tfjs's own Adam over ten steps with beta1 %s", (beta1) => {
    const ours = tf.variable(tf.tensor1d([1, -2, 0.5]));
    const theirs = tf.variable(tf.tensor1d([1, -2, 0.5]));
    const adam = createAdam('adam', { ours }, { beta1, beta2: 0.9 });
    const reference = tf.train.adam(0.05, beta1, 0.9, 1e-8);
    for (let i = 0; i < 10; i++) {
      const gradient = tf.tensor1d([Math.sin(i), Math.cos(3 * i), 0.1 * i]);
      adam.apply({ ours: gradient }, tf.scalar(0.05));
      reference.applyGradients([{ name: theirs.name, tensor: gradient }]);
    }
    const expected = theirs.dataSync();
    // tfjs adds epsilon after another order of operations
    ours.dataSync().forEach((x, i) => {
      expect(x).toBeCloseTo(expected[i] as number, 4);
    });
  });

  it('keeps no mean gradient when beta1 is zero', () => {
    const w = tf.variable(tf.tensor1d([1]));
    const names = (beta1: number) =>
      Object.keys(createAdam('adam', { w }, { beta1, beta2: 0.9 }).state).sort();
    expect(names(0)).toEqual(['adam/step', 'adam/w/squares']);
    expect(names(0.5)).toEqual(['adam/step', 'adam/w/gradients', 'adam/w/squares']);
  });
});
