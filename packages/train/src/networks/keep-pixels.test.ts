import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { expect, it } from 'vitest';
import { keepPixels } from './keep-pixels.js';
import { variablesOf } from './network.js';

it('keepPixels takes the picture in holes and the source elsewhere, and keeps the weights', () => {
  void tf.setBackend('cpu');
  const source = tfl.input({ shape: [1, 3, 3], name: 'source' });
  const ones = tfl.initializers.ones();
  const conv = tfl.layers.conv2d({ name: 'c', filters: 2, kernelSize: 1, kernelInitializer: ones });
  const generator = tfl.model({
    inputs: source,
    outputs: conv.apply(source) as tfl.SymbolicTensor,
  });
  const kept = keepPixels(generator);
  // The picture is the sum of a pixel's channels, mask included: 1 in the hole.
  const pixels = tf.tensor4d([0.25, 0.5, -1, 0, 0, 1, -0.75, 0, -1], [1, 1, 3, 3]);
  const image = kept.apply(pixels) as tf.Tensor;
  expect([...image.dataSync()]).toEqual([0.25, 0.5, 1, 1, -0.75, 0]);
  expect(variablesOf(kept, 'g')).toEqual(variablesOf(generator, 'g'));
});
