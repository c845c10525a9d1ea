import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import './index.js';
import { customOps } from './custom-ops.js';
import { repairEngine } from './engine.js';
import { rewrites } from './rewrites.js';
import { opCase, toProblem } from './testing/op-case.js';
import { right, verdictOf } from './testing/verdict.js';

beforeAll(() => tf.setBackend('cpu'));

type Saved = tf.Tensor[];

/** e^x with a gradient that saves its output, as the documentation of tfjs shows it. */
const savingItsOutput = (onRun?: () => void) =>
  tf.customGrad((...given) => {
    const [x, save] = given as unknown as [tf.Tensor, (tensors: tf.Tensor[]) => void];
    onRun?.();
    const value = tf.exp(x);
    save([value]);
    return { value, gradFunc: (dy: tf.Tensor, [y]: Saved) => tf.mul(dy, y as tf.Tensor) };
  });

describe('tf.customGrad', () => {
  it("is right at second order where the caller's gradient saves what it computed", () => {
    const exp = savingItsOutput();
    const custom = opCase((x) => exp(x as tf.Tensor), [2, 3]);
    expect(verdictOf((seed) => toProblem(custom, seed))).toBe(right);
  });

  it('is right where the gradient holds on to an inner tensor', () => {
    const custom = tf.customGrad((...given) => {
      const inner = tf.sin(given[0] as tf.Tensor);
      tf.keep(inner);
      return { value: tf.square(inner), gradFunc: (dy) => slope(dy, inner, given[0] as tf.Tensor) };
    });
    const slope = (dy: tf.Tensor, inner: tf.Tensor, x: tf.Tensor) =>
      tf.mul(dy, tf.mul(tf.mul(inner, tf.cos(x)), 2));
    const square = opCase((x) => custom(tf.mul(x as tf.Tensor, 1)), [3]);
    expect(verdictOf((seed) => toProblem(square, seed))).toBe(right);
  });

  it('runs its function once for a gradient, and again only under a second one', () => {
    let runs = 0;
    const exp = savingItsOutput(() => runs++);
    const loss = (x: tf.Tensor) => tf.sum(exp(x));
    tf.tidy(() => tf.grad(loss)(tf.tensor1d([1, 2])));
    expect(runs).toBe(1);
    tf.tidy(() => tf.grad((x: tf.Tensor) => tf.sum(tf.square(tf.grad(loss)(x))))(tf.tensor1d([1])));
    expect(runs).toBe(3);
  });

  it("is the caller's own in a scope that has the name of an op", () => {
    const twice = tf.customGrad((...given) => ({
      value: tf.clone(given[0] as tf.Tensor),
      gradFunc: (dy: tf.Tensor) => tf.mul(dy, 2),
    }));
    const slope = tf.grad((x: tf.Tensor) => tf.tidy('logSoftmax', () => tf.sum(twice(x))));
    expect(slope(tf.scalar(1)).dataSync()[0]).toBe(2);
  });
});

describe('repairEngine', () => {
  it('repairs an engine once, however often it is asked', () => {
    const engine = tf.engine();
    const { runKernel, customGrad } = engine;
    repairEngine({ rewrites, customOps });
    expect(engine.runKernel).toBe(runKernel);
    expect(engine.customGrad).toBe(customGrad);
  });

  it('leaves kernels fused where no gradient is being taken', async () => {
    const [x, filter] = [tf.ones([1, 3, 3, 1]), tf.ones([2, 2, 1, 1])] as [
      tf.Tensor4D,
      tf.Tensor4D,
    ];
    const conv = () => tf.fused.conv2d({ x, filter, strides: 1, pad: 'same', activation: 'relu' });
    const { kernelNames } = await tf.profile(conv);
    expect(kernelNames).toEqual(['FusedConv2D']);
  });

  it('computes no gradient by a filter where only that by the pictures is asked for', async () => {
    const filter = tf.ones([2, 2, 1, 1]) as tf.Tensor4D;
    const score = (x: tf.Tensor) =>
      tf.sum(tf.fused.conv2d({ x: x as tf.Tensor4D, filter, strides: 1, pad: 'same' }));
    const { kernelNames } = await tf.profile(() => tf.grad(score)(tf.ones([1, 3, 3, 1])));
    expect(kernelNames).toContain('Conv2DBackpropInput');
    expect(kernelNames).not.toContain('Conv2DBackpropFilter');
  });

  it('keeps no tensor of a penalty', () => {
    const [x, w] = [tf.ones([1, 4, 4, 1]), tf.ones([2, 2, 1, 2])] as [tf.Tensor4D, tf.Tensor4D];
    const score = (images: tf.Tensor, filter: tf.Tensor) => {
      const h = tf.fused.conv2d({
        x: images as tf.Tensor4D,
        filter: filter as tf.Tensor4D,
        strides: 1,
        pad: 1,
      });
      const { mean, variance } = tf.moments(h, [0, 1, 2]);
      const normal = tf.batchNorm(h, mean as tf.Tensor1D, variance as tf.Tensor1D);
      return tf.sum(tf.logSoftmax(tf.maxPool(tf.tanh(normal) as tf.Tensor4D, 2, 2, 'same')));
    };
    const penalty = (filter: tf.Tensor) =>
      tf.sum(tf.square(tf.grad((images: tf.Tensor) => score(images, filter))(x)));
    const before = tf.memory().numTensors;
    tf.dispose(tf.grad(penalty)(w));
    expect(tf.memory().numTensors).toBe(before);
  });
});
