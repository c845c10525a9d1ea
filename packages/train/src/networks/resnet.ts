import type { Key } from '@ganvas/core';
import * as tfl from '@tensorflow/tfjs-layers';
import { createInitializers } from './initializers.js';
import { normalize } from './norms.js';
import { ReflectionPad } from './reflection-pad.js';
import { initialDeviation, type TranslatorShape } from './translator.js';

/**
 * Both sides of a source must be multiples of it: they are halved twice, and the blocks in the middle reflect
 * one pixel, which takes two.
 */
export const resnetMultiple = 8;

export interface ResnetShape extends TranslatorShape {
  /** Residual blocks: 6 for pictures of 128 pixels, 9 for larger ones, as published. */
  readonly blocks: number;
}

interface Convolution {
  readonly filters: number;
  readonly kernelSize: number;
  readonly strides?: number;
}

/**
 * Build the generator of CycleGAN (Zhu et al., "Unpaired image-to-image translation using cycle-consistent
 * adversarial networks", 2017, appendix 7.2): in its terms c7s1-64, d128, d256, R256 x blocks, u128, u64,
 * c7s1-3, with a norm and ReLU after each but the last, which has tanh. Convolutions of stride 1 are padded by
 * reflection.
 *
 * Input: `source` `[N, H, W, sourceChannels]` in [-1, 1], H and W multiples of 8.
 * Output: `[N, H, W, channels]` in (-1, 1).
 */
export function buildResnet(shape: ResnetShape, key: Key): tfl.LayersModel {
  const { layers } = tfl;
  const { baseChannels, norm } = shape;
  const normal = createInitializers(key);
  const options = (name: string, given: Convolution) => {
    const kernelInitializer = normal(initialDeviation);
    // A norm's own bias takes the place of the convolution's.
    return { name, ...given, useBias: norm === 'none', kernelInitializer } as const;
  };
  const relu = (name: string, x: tfl.SymbolicTensor) =>
    layers.reLU({ name: `${name}_relu` }).apply(x) as tfl.SymbolicTensor;
  const reflected = (name: string, x: tfl.SymbolicTensor, given: Convolution) => {
    const padding = (given.kernelSize - 1) / 2;
    const padded = new ReflectionPad({ name: `${name}_pad`, padding }).apply(x);
    return { ...options(name, given), padded };
  };
  const keep = (name: string, x: tfl.SymbolicTensor, given: Convolution) => {
    const { padded, ...own } = reflected(name, x, given);
    const conv = layers.conv2d({ ...own, padding: 'valid' }).apply(padded) as tfl.SymbolicTensor;
    return normalize(norm, `${name}_norm`, conv);
  };
  const resize = (
    kind: 'conv2d' | 'conv2dTranspose',
    name: string,
    x: tfl.SymbolicTensor,
    filters: number,
  ) => {
    const given = options(name, { filters, kernelSize: 3, strides: 2 });
    const conv = layers[kind]({ ...given, padding: 'same' }).apply(x) as tfl.SymbolicTensor;
    return relu(name, normalize(norm, `${name}_norm`, conv));
  };
  const residual = (name: string, x: tfl.SymbolicTensor) => {
    const given = { filters: 4 * baseChannels, kernelSize: 3 };
    const first = relu(`${name}_a`, keep(`${name}_a`, x, given));
    const sum = layers.add({ name }).apply([x, keep(`${name}_b`, first, given)]);
    return sum as tfl.SymbolicTensor;
  };

  const source = tfl.input({
    shape: [shape.height, shape.width, shape.sourceChannels],
    name: 'source',
  });
  let x = relu('first', keep('first', source, { filters: baseChannels, kernelSize: 7 }));
  x = resize('conv2d', 'down_1', x, 2 * baseChannels);
  x = resize('conv2d', 'down_2', x, 4 * baseChannels);
  for (let i = 1; i <= shape.blocks; i++) x = residual(`block_${i}`, x);
  x = resize('conv2dTranspose', 'up_1', x, 2 * baseChannels);
  x = resize('conv2dTranspose', 'up_2', x, baseChannels);
  const { padded, ...last } = reflected('to_image', x, { filters: shape.channels, kernelSize: 7 });
  const picture = layers.conv2d({ ...last, padding: 'valid', useBias: true }).apply(padded);
  const image = layers.activation({ name: 'image', activation: 'tanh' }).apply(picture);
  return tfl.model({ name: 'generator', inputs: source, outputs: image as tfl.SymbolicTensor });
}
