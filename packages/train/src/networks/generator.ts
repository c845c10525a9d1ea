import type { Key } from '@ganvas/core';
import * as tfl from '@tensorflow/tfjs-layers';
import { createInitializers, heDeviation } from './initializers.js';
import { type NetworkShape, sizeMultiple } from './network.js';
import { PixelNorm } from './pixel-norm.js';

const kernelSize = 4;
const strides = 2;
const hiddenCount = 128;
const leak = 0.2;

/**
 * Build a generator: two dense layers, two transposed convolutions 4x4 of stride 2 and a convolution 3x3,
 * each after a pixel norm and relu; tanh at the end. Where there are classes, the one-hot label has rows of its
 * own in the first layer, as strong as the latent's, and chooses the gains of the norms.
 *
 * Inputs: `z` float32 `[N, latentSize]`, and one-hot `[N, classCount]`.
 * Output: `[N, height, width, channels]` in (-1, 1).
 */
export function buildGenerator(shape: NetworkShape, key: Key): tfl.LayersModel {
  const { layers } = tfl;
  const { classCount, baseChannels } = shape;
  const normal = createInitializers(key);
  const [rows, columns] = [shape.height / sizeMultiple, shape.width / sizeMultiple];
  const units = rows * columns * 2 * baseChannels;
  const lastChannels = baseChannels / 2;
  const z = tfl.input({ shape: [shape.latentSize], name: 'z' });
  const label = classCount ? tfl.input({ shape: [classCount], name: 'label' }) : undefined;
  const dense = (
    name: string,
    x: tfl.SymbolicTensor,
    count: number,
    stddev: number,
    useBias = true,
  ) =>
    layers
      .dense({ name, units: count, useBias, kernelInitializer: normal(stddev) })
      .apply(x) as tfl.SymbolicTensor;
  const fromLatent = dense('latent', z, hiddenCount, 1 / Math.sqrt(shape.latentSize));
  const joined = label
    ? layers
        .add({ name: 'joined' })
        .apply([fromLatent, dense('class', label, hiddenCount, 1, false)])
    : fromLatent;
  const hidden = layers
    .leakyReLU({ name: 'hidden', alpha: leak })
    .apply(joined) as tfl.SymbolicTensor;
  const flat = dense('flat', hidden, units, heDeviation(hiddenCount));
  const normalize = (name: string, x: unknown): tfl.SymbolicTensor => {
    const inputs = label ? [x as tfl.SymbolicTensor, label] : (x as tfl.SymbolicTensor);
    const normed = new PixelNorm({ name, classCount }).apply(inputs);
    return layers.reLU({ name: `${name}_relu` }).apply(normed) as tfl.SymbolicTensor;
  };
  const upscale = (name: string, x: tfl.SymbolicTensor, filters: number) => {
    // A transposed convolution of stride 2 sums a quarter of its filter's taps.
    const fanIn = ((x.shape[3] as number) * kernelSize ** 2) / strides ** 2;
    const kernelInitializer = normal(heDeviation(fanIn));
    const options = {
      name,
      filters,
      kernelSize,
      strides,
      padding: 'same',
      kernelInitializer,
    } as const;
    return layers.conv2dTranspose(options).apply(x);
  };
  const base = layers
    .reshape({ name: 'base', targetShape: [rows, columns, 2 * baseChannels] })
    .apply(flat);
  const middle = upscale('up_1', normalize('norm_1', base), baseChannels);
  const full = upscale('up_2', normalize('norm_2', middle), lastChannels);
  const image = layers
    .conv2d({
      name: 'to_image',
      filters: shape.channels,
      kernelSize: 3,
      padding: 'same',
      kernelInitializer: normal(1 / Math.sqrt(lastChannels * 9)),
    })
    .apply(normalize('norm_3', full));
  const output = layers.activation({ name: 'image', activation: 'tanh' }).apply(image);
  return tfl.model({
    name: 'generator',
    inputs: label ? [z, label] : [z],
    outputs: output as tfl.SymbolicTensor,
  });
}
