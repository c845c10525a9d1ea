import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { adversarials } from './adversarial.js';

beforeEach(() => {
  void tf.setBackend('cpu');
});

const numberOf = (x: tf.Tensor): number => x.dataSync()[0] as number;
/** A judge whose logit is the picture itself. */
const same = (pictures: tf.Tensor): tf.Tensor => pictures;
const pixel = (value: number): tf.Tensor => tf.tensor(value, [1, 1, 1, 1]);

describe('adversarials', () => {
  it('bce is the halved sum of two cross entropies, and the non-saturating one of the generator', () => {
    const contest = { judge: same, real: pixel(Math.log(3)), generated: pixel(Math.log(2)) };
    const { loss, terms } = adversarials.bce.discriminator(contest);
    // sigmoid(ln 3) = 3/4 taken for real, sigmoid(ln 2) = 2/3 of the generated one
    expect(numberOf(terms['real'] as tf.Tensor)).toBeCloseTo(Math.log(4 / 3), 5);
    expect(numberOf(terms['generated'] as tf.Tensor)).toBeCloseTo(Math.log(3), 5);
    expect(numberOf(loss)).toBeCloseTo(Math.log(4) / 2, 5);
    expect(numberOf(adversarials.bce.generator(pixel(Math.log(2))))).toBeCloseTo(Math.log(1.5), 5);
  });

  it('lsgan is the halved sum of two squares', () => {
    const contest = { judge: same, real: pixel(0.5), generated: pixel(0.25) };
    const { loss } = adversarials.lsgan.discriminator(contest);
    expect(numberOf(loss)).toBeCloseTo((0.25 + 0.0625) / 2, 6);
    expect(numberOf(adversarials.lsgan.generator(pixel(0.25)))).toBeCloseTo(0.5625, 6);
  });

  it('wgan-gp scores a picture by the mean of its patches', () => {
    // A judge of two patches: twice the picture, and it. The score 1.5 x has a gradient of 1.5.
    const judge = (x: tf.Tensor): tf.Tensor => tf.concat([tf.mul(x, 2), x], 2);
    const contest = { judge, real: pixel(4), generated: pixel(2), mix: pixel(0.5) };
    const { loss, terms } = adversarials['wgan-gp'].discriminator(contest);
    expect(numberOf(terms['wasserstein'] as tf.Tensor)).toBeCloseTo(3, 5);
    expect(numberOf(terms['penalty'] as tf.Tensor)).toBeCloseTo(0.25, 5);
    expect(numberOf(loss)).toBeCloseTo(10 * 0.25 - 3, 5);
    expect(numberOf(adversarials['wgan-gp'].generator(judge(pixel(2))))).toBeCloseTo(-3, 5);
  });
});
