import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { beforeEach, describe, expect, it } from 'vitest';
import { buildCritic } from '../networks/critic.js';
import { variablesOf } from '../networks/network.js';
import type { Critic } from './objective.js';
import { between, crossEntropy, gradientPenalty, wganGp } from './wgan-gp.js';

beforeEach(() => {
  void tf.setBackend('cpu');
});

const numbers = (shape: number[], salt: number, scale = 1): tf.Tensor => {
  const count = shape.reduce((a, b) => a * b, 1);
  const values = Array.from({ length: count }, (_, i) => scale * Math.sin(i * 12.9898 + salt));
  return tf.tensor(values, shape);
};

describe('gradientPenalty', () => {
  it('of a linear critic is (norm of its weights - 1)^2, and so is its gradient', () => {
    const w = tf.variable(tf.tensor2d([3, 4], [2, 1]));
    const images = numbers([5, 1, 2, 1], 1);
    const score = (x: tf.Tensor) =>
      tf.matMul(tf.reshape(x, [-1, 2]) as tf.Tensor2D, w as tf.Tensor2D);
    const { value, grads } = tf.variableGrads(() => gradientPenalty(score, images), [w]);
    // norm 5: penalty 16, gradient 2 (5 - 1) w / 5
    expect(value.dataSync()[0]).toBeCloseTo(16, 4);
    expect(grads[w.name]?.dataSync()[0]).toBeCloseTo(4.8, 4);
    expect(grads[w.name]?.dataSync()[1]).toBeCloseTo(6.4, 4);
  });
});

describe('crossEntropy', () => {
  it('of equal logits is the logarithm of the number of classes', () => {
    const labels = tf.oneHot(tf.tensor1d([0, 3], 'int32'), 4, 1, 0, 'float32');
    expect(crossEntropy(labels, tf.zeros([2, 4])).dataSync()[0]).toBeCloseTo(Math.log(4), 6);
  });
});

describe('wganGp.critic', () => {
  const shape = { height: 8, width: 8, channels: 1, latentSize: 4, baseChannels: 4, classCount: 3 };

  it('has the gradient that finite differences give, for every weight of a conditional critic', () => {
    const model = buildCritic(shape, [7, 0]);
    const variables = variablesOf(model, 'critic');
    const critic: Critic = (images, label) => {
      const [score, logits] = model.apply([images, label as tf.Tensor]) as [tf.Tensor, tf.Tensor];
      return { score, logits };
    };
    const batch = {
      critic,
      real: numbers([3, 8, 8, 1], 1),
      generated: numbers([3, 8, 8, 1], 2),
      mix: tf.tensor([0.2, 0.5, 0.9], [3, 1, 1, 1]),
      label: tf.oneHot(tf.tensor1d([0, 2, 1], 'int32'), 3, 1, 0, 'float32'),
    };
    const losses = () => wganGp.critic(batch).loss;
    const { grads } = tf.variableGrads(losses, Object.values(variables));

    // The penalty jumps where a leaky ReLU changes sides, so finite differences are taken along
    // directions on which none does.
    const hidden = model.layers.filter((layer) => layer.getClassName() === 'LeakyReLU');
    const outputs = hidden.map((layer) => layer.output as tfl.SymbolicTensor);
    const features = tfl.model({ inputs: model.inputs, outputs });
    const points = [batch.real, batch.generated, between(batch.real, batch.generated, batch.mix)];
    const sides = (): string =>
      tf.tidy(() =>
        points
          .flatMap((images) => features.apply([images, batch.label]) as tf.Tensor[])
          .map((x) => Array.from(x.dataSync(), (value) => (value > 0 ? 1 : 0)).join(''))
          .join(),
      );

    for (const [name, variable] of Object.entries(variables)) {
      const original = tf.clone(variable as tf.Tensor);
      const at = <T>(position: tf.Tensor, measure: () => T): T => {
        variable.assign(position);
        const result = measure();
        variable.assign(original);
        return result;
      };
      const step = 5e-4;
      const along = (salt: number) => {
        const direction = numbers(variable.shape, salt, 1 / Math.sqrt(variable.size));
        const change = tf.mul(direction, step);
        return { direction, ahead: tf.add(original, change), behind: tf.sub(original, change) };
      };
      let trial = along(0);
      for (let salt = 1; at(trial.ahead, sides) !== at(trial.behind, sides); salt++) {
        trial = along(salt);
      }
      const { direction, ahead, behind } = trial;
      const lossAt = (position: tf.Tensor) => at(position, () => losses().dataSync()[0] as number);
      const finite = (lossAt(ahead) - lossAt(behind)) / (2 * step);
      const product = tf.sum(tf.mul(grads[variable.name] as tf.Tensor, direction));
      const exact = product.dataSync()[0] as number;
      // float32 resolves losses near 10 to 1e-6, so a difference over 1e-3 to a few thousandths
      const tolerance = 5e-3 + 5e-3 * Math.abs(finite);
      expect(Math.abs(exact - finite), `${name}: ${exact}, not ${finite}`).toBeLessThan(tolerance);
    }
  });
});
