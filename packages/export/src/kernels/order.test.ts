import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { compileDynamic } from '../compile-dynamic.js';
import { decodeModel } from '../onnx.js';
import type { Tensors } from '../trace.js';
import { trace } from '../trace.js';

type Layer = (x: tf.Tensor4D) => tf.Tensor;

const vector = (...numbers: number[]): tf.Tensor1D => tf.tensor1d(numbers);
const four = (): tf.Tensor1D => vector(0.5, -1, 2, 0.25);
const filter = (shape: [number, number, number, number]): tf.Tensor4D => {
  const count = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    Array.from({ length: count }, (_, i) => Math.sin(i * 3.7 + 1)),
    shape,
  );
};

/** What stands between the convolutions of networks: `[N, 4, 6, 4]` -> pictures. */
const layers: Readonly<Record<string, Layer>> = {
  'an activation': (x) => tf.leakyRelu(tf.selu(tf.clipByValue(x, -2, 2)), 0.1),
  'a slope for each channel': (x) => tf.prelu(x, four() as tf.Tensor),
  'a choice': (x) => tf.where(tf.greater(x, 0), x, tf.mul(x, 0.5)),
  'a bias for each channel': (x) => tf.add(x, four()),
  'a picture that all share': (x) => tf.mul(x, filter([1, 4, 6, 4])),
  'a mask that all channels share': (x) => tf.mul(x, tf.reshape(filter([4, 6, 1, 1]), [4, 6, 1])),
  'a batch normalization': (x) =>
    tf.batchNorm(x, four(), tf.abs(four()), four(), tf.add(four(), 1), 1e-3),
  'a normalization over pixels': (x) => {
    const { mean, variance } = tf.moments(x, [1, 2], true);
    return tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-3)));
  },
  'a normalization over channels': (x) =>
    tf.mul(x, tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), 1e-8))),
  'a local normalization': (x) => tf.localResponseNormalization(x, 1),
  'the largest of the channels': (x) => tf.mul(x, tf.max(x, 3, true)),
  'a max pool': (x) => tf.maxPool(x, 3, 2, 'same'),
  'a mean pool': (x) => tf.avgPool(x, 2, 2, 'valid'),
  'a pool with padding after it': (x) =>
    tf.pad(tf.maxPool(x, 2, 1, 'valid'), [
      [0, 0],
      [1, 0],
      [0, 1],
      [0, 0],
    ]),
  'a mirrored border': (x) =>
    tf.mirrorPad(
      x,
      [
        [0, 0],
        [1, 1],
        [2, 2],
        [0, 0],
      ],
      'reflect',
    ),
  'a repeated border': (x) =>
    tf.mirrorPad(
      x,
      [
        [0, 0],
        [1, 1],
        [2, 2],
        [0, 0],
      ],
      'symmetric',
    ),
  'a resize to twice the size': (x) => tf.image.resizeNearestNeighbor(x, [8, 12]),
  'a bilinear resize to twice the size': (x) => tf.image.resizeBilinear(x, [8, 12], false, true),
  'a resize by a fraction': (x) => tf.image.resizeNearestNeighbor(x, [3, 9]),
  'a bilinear resize by a fraction': (x) => tf.image.resizeBilinear(x, [5, 9], true),
  'channels as pixels': (x) => tf.depthToSpace(x, 2, 'NHWC'),
  'a depthwise convolution': (x) => tf.depthwiseConv2d(x, filter([3, 3, 4, 2]), 2, 'same'),
  'a skip connection': (x) => tf.concat([x, tf.tanh(x)], 3),
  'channels apart and together': (x) => {
    const [a, b] = tf.split(x, 2, 3) as [tf.Tensor, tf.Tensor];
    return tf.concat([b, tf.sigmoid(a)], -1);
  },
  'a part of the picture': (x) => tf.slice(x, [0, 1, 2, 0], [-1, 2, 3, 4]),
  'every second pixel': (x) => tf.stridedSlice(x, [0, 0, 0, 0], [0, 4, 6, 4], [1, 2, 2, 1], 1, 1),
  'the picture turned round': (x) => tf.image.flipLeftRight(tf.reverse(x, 1) as tf.Tensor4D),
  'pixels repeated': (x) => tf.tile(x, [1, 2, 1, 1]),
  'a softmax over channels': (x) => tf.softmax(x),
  'whole numbers': (x) => tf.cast(tf.cast(tf.mul(x, 10), 'int32'), 'float32'),
};

/** A convolution before, one behind: a picture `[N, 4, 6, 4]` goes through all three. */
const between =
  (layer: Layer) =>
  ({ x }: Tensors): Tensors => {
    const hidden = tf.conv2d(x as tf.Tensor4D, filter([1, 1, 4, 4]), 1, 'same');
    const changed = layer(hidden) as tf.Tensor4D;
    return { image: tf.conv2d(changed, filter([1, 1, changed.shape[3], 2]), 1, 'same') };
  };

const picture = (n: number): Float32Array =>
  Float32Array.from({ length: n * 4 * 6 * 4 }, (_, i) => Math.sin(i * 1.3) * 1.5);

/** What tfjs's cpu backend computes, in NCHW order. */
async function eager(layer: Layer, n: number): Promise<{ shape: number[]; numbers: number[] }> {
  await tf.setBackend('cpu');
  return tf.tidy(() => {
    const { image } = between(layer)({ x: tf.tensor(picture(n), [n, 4, 6, 4]) });
    const turned = tf.transpose(image as tf.Tensor, [0, 3, 1, 2]);
    return { shape: turned.shape, numbers: Array.from(turned.dataSync()) };
  });
}

describe('an exported network', () => {
  for (const [name, layer] of Object.entries(layers)) {
    it(`has no Transpose around ${name}, and takes any batch`, async () => {
      await tf.setBackend('cpu');
      const model = compileDynamic(between(layer), {
        name: 'network',
        inputs: { x: { shape: ['N', 4, 6, 4], dtype: 'float32' } },
      });
      const { node } = decodeModel(model.bytes).graph;
      // The one that brings the input into order.
      expect(node.filter(({ opType }) => opType === 'Transpose')).toHaveLength(1);
      const session = await ort.InferenceSession.create(model.bytes, { logSeverityLevel: 3 });
      const feeds = { x: new ort.Tensor('float32', picture(3), [3, 4, 6, 4]) };
      const { image } = await session.run(feeds);
      await session.release();
      const expected = await eager(layer, 3);
      expect([...(image as ort.Tensor).dims]).toEqual(expected.shape);
      const actual = Array.from((image as ort.Tensor).data as Float32Array);
      const worst = Math.max(
        ...actual.map((x, i) => Math.abs(x - (expected.numbers[i] as number)) / (1 + Math.abs(x))),
      );
      // float32 sums of a few products in another order
      expect(worst).toBeLessThanOrEqual(1e-5);
    });
  }

  it('averages over its pixels without a Transpose', () => {
    const { graph } = trace(
      ({ x }) => {
        const hidden = tf.conv2d(x as tf.Tensor4D, filter([1, 1, 4, 4]), 1, 'same');
        return { y: tf.matMul(tf.mean(hidden, [1, 2]) as tf.Tensor2D, tf.ones([4, 1])) };
      },
      { inputs: { x: { shape: [2, 4, 6, 4], dtype: 'float32' } }, form: 'conv' },
    );
    expect(graph.nodes.filter(({ op }) => op === 'Transpose')).toHaveLength(1);
  });
});

/** Layers of critics, and of generators that resize. */
const trained: Readonly<Record<string, Layer>> = {
  'a max pool': (x) => tf.maxPool(x, 3, 2, 'same'),
  'a mean pool': (x) => tf.avgPool(x, 2, 2, 'valid'),
  'a resize': (x) => tf.image.resizeNearestNeighbor(x, [8, 12]),
  'a bilinear resize': (x) => tf.image.resizeBilinear(x, [8, 12]),
  'a depthwise convolution': (x) => tf.depthwiseConv2d(x, filter([3, 3, 4, 2]), 2, 'same'),
};

describe('a training step in the form gather', () => {
  for (const [name, layer] of Object.entries(trained)) {
    it(`moves no picture for ${name} and its gradient`, () => {
      const loss = (x: tf.Tensor): tf.Tensor => tf.sum(tf.square(layer(x as tf.Tensor4D)));
      const { graph } = trace(({ x }) => ({ dx: tf.grad(loss)(x as tf.Tensor) }), {
        inputs: { x: { shape: [2, 4, 6, 4], dtype: 'float32' } },
        form: 'gather',
      });
      const moved = graph.nodes.filter(
        ({ op, output }) => op === 'Transpose' && output.shape.length > 3,
      );
      expect(graph.nodes.length).toBeGreaterThan(0);
      expect(moved).toEqual([]);
    });
  }
});
