import type { Key } from '@ganvas/core';
import * as tfl from '@tensorflow/tfjs-layers';
import { createInitializers, heDeviation } from './initializers.js';
import type { NetworkShape } from './network.js';

const kernelSize = 4;
const featureCount = 128;
const leak = 0.2;

/**
 * Build a critic: two convolutions 4x4 of stride 2 and a dense layer of 128 features, leaky ReLU 0.2,
 * no batch norm (the gradient penalty is per picture). Where there are classes, the score gains the
 * product of the features with an embedding of the label (Miyato and Koyama, "cGANs with projection
 * discriminator", 2018), and a second output classifies (Odena et al., AC-GAN, 2017).
 *
 * Inputs: pictures `[N, height, width, channels]` in [-1, 1], and one-hot `[N, classCount]`.
 * Outputs: score `[N, 1]`, unbounded, and class logits `[N, classCount]`.
 */
export function buildCritic(shape: NetworkShape, key: Key): tfl.LayersModel {
  const { layers } = tfl;
  const { classCount, baseChannels } = shape;
  const normal = createInitializers(key);
  const image = tfl.input({ shape: [shape.height, shape.width, shape.channels], name: 'image' });
  const activate = (name: string, x: unknown) =>
    layers
      .leakyReLU({ name: `${name}_leaky`, alpha: leak })
      .apply(x as tfl.SymbolicTensor) as tfl.SymbolicTensor;
  const downscale = (name: string, x: tfl.SymbolicTensor, filters: number) => {
    const kernelInitializer = normal(heDeviation((x.shape[3] as number) * kernelSize ** 2));
    const options = {
      name,
      filters,
      kernelSize,
      strides: 2,
      padding: 'same',
      kernelInitializer,
    } as const;
    return activate(name, layers.conv2d(options).apply(x));
  };
  const dense = (name: string, x: tfl.SymbolicTensor, units: number, stddev: number) =>
    layers.dense({ name, units, kernelInitializer: normal(stddev) }).apply(x) as tfl.SymbolicTensor;
  const small = downscale('down_2', downscale('down_1', image, baseChannels), 2 * baseChannels);
  const flat = layers.flatten({ name: 'flat' }).apply(small) as tfl.SymbolicTensor;
  const hidden = dense('features', flat, featureCount, heDeviation(flat.shape[1] as number));
  const features = activate('features', hidden);
  const deviation = 1 / Math.sqrt(featureCount);
  const score = dense('score', features, 1, deviation);
  if (!classCount) return tfl.model({ name: 'critic', inputs: [image], outputs: [score] });

  const label = tfl.input({ shape: [classCount], name: 'label' });
  const embedding = layers
    .dense({
      name: 'embedding',
      units: featureCount,
      useBias: false,
      kernelInitializer: normal(deviation),
    })
    .apply(label) as tfl.SymbolicTensor;
  const projection = layers
    .dot({ name: 'projection', axes: 1 })
    .apply([features, embedding]) as tfl.SymbolicTensor;
  const conditional = layers
    .add({ name: 'conditional_score' })
    .apply([score, projection]) as tfl.SymbolicTensor;
  const logits = dense('logits', features, classCount, deviation);
  return tfl.model({ name: 'critic', inputs: [image, label], outputs: [conditional, logits] });
}
