import type { Key } from '@ganvas/core';
import * as tfl from '@tensorflow/tfjs-layers';
import { createInitializers } from './initializers.js';
import { normalize } from './norms.js';
import { initialDeviation, leak, mostWidening, type TranslatorShape } from './translator.js';

const kernelSize = 4;
const mostHalvings = 8;
/** Blocks of the decoder, from the inside, whose output is dropped in part. */
const droppedBlocks = 3;

/** How often a U-Net halves pictures of a size: until a side is one pixel or odd, at most 8 times. */
export function halvingsOf({ height, width }: { height: number; width: number }): number {
  let halvings = 0;
  const isEven = (side: number) => (side / 2 ** halvings) % 2 === 0;
  while (halvings < mostHalvings && isEven(height) && isEven(width)) halvings++;
  return halvings;
}

/** A mask of dropout: which of its numbers are kept, and how large it is. */
export interface MaskShape {
  readonly name: string;
  /** `[H, W, C]` for one picture. */
  readonly shape: readonly [number, number, number];
}

/** Channels of the encoder's layers, from the outside. */
const widthsOf = (shape: TranslatorShape): number[] =>
  Array.from(
    { length: halvingsOf(shape) },
    (_, i) => Math.min(mostWidening, 2 ** i) * shape.baseChannels,
  );

/** The masks that a U-Net takes, by which dropout is its only noise. */
export function dropoutMasks(shape: TranslatorShape): readonly MaskShape[] {
  const inner = widthsOf(shape).slice(0, -1).reverse();
  return inner.slice(0, droppedBlocks).map((channels, i) => {
    const factor = 2 ** (inner.length - i);
    return { name: `mask_${i}`, shape: [shape.height / factor, shape.width / factor, channels] };
  });
}

/**
 * Build the U-Net of Pix2Pix (Isola et al., "Image-to-image translation with conditional adversarial networks",
 * 2017, section 6.1.1): convolutions 4x4 of stride 2 down to a pixel, transposed ones up again, a skip at each
 * size. Leaky ReLU 0.2 on the way down, ReLU on the way up; no norm in the outermost layers and the innermost one.
 * The decoder's inner three blocks are multiplied by masks: dropout, drawn outside, so that a step and a
 * model have no random node. At inference each mask is ones `[1, 1, 1, 1]`.
 *
 * Inputs: `source` `[N, H, W, sourceChannels]` in [-1, 1], H and W multiples of 2^halvings, then the masks.
 * Output: `[N, H, W, channels]` in (-1, 1).
 */
export function buildUnet(shape: TranslatorShape, key: Key): tfl.LayersModel {
  const { layers } = tfl;
  const normal = createInitializers(key);
  const widths = widthsOf(shape);
  const source = tfl.input({
    shape: [shape.height, shape.width, shape.sourceChannels],
    name: 'source',
  });
  const masks = dropoutMasks(shape).map(({ name, shape: [h, w, c] }) =>
    tfl.input({ shape: [h, w, c], name }),
  );
  const options = (filters: number, useBias: boolean) => {
    const kernelInitializer = normal(initialDeviation);
    return {
      filters,
      kernelSize,
      strides: 2,
      padding: 'same',
      useBias,
      kernelInitializer,
    } as const;
  };
  const encode = (x: tfl.SymbolicTensor, filters: number, i: number): tfl.SymbolicTensor => {
    const isBare = i === 0 || i === widths.length - 1;
    const active =
      i === 0 ? x : layers.leakyReLU({ name: `down_${i}_leaky`, alpha: leak }).apply(x);
    // A norm's own bias takes the place of the convolution's.
    const useBias = isBare || shape.norm === 'none';
    const conv = layers
      .conv2d({ name: `down_${i}`, ...options(filters, useBias) })
      .apply(active) as tfl.SymbolicTensor;
    return isBare ? conv : normalize(shape.norm, `down_${i}_norm`, conv);
  };
  const skips: tfl.SymbolicTensor[] = [];
  for (const [i, filters] of widths.entries())
    skips.push(encode(skips.at(-1) ?? source, filters, i));

  const decode = (x: tfl.SymbolicTensor, filters: number, i: number): tfl.SymbolicTensor => {
    const active = layers.reLU({ name: `up_${i}_relu` }).apply(x);
    const useBias = shape.norm === 'none';
    const conv = layers
      .conv2dTranspose({ name: `up_${i}`, ...options(filters, useBias) })
      .apply(active);
    const normed = normalize(shape.norm, `up_${i}_norm`, conv as tfl.SymbolicTensor);
    const mask = masks[i];
    return mask
      ? (layers.multiply({ name: `up_${i}_dropout` }).apply([normed, mask]) as tfl.SymbolicTensor)
      : normed;
  };
  let x = skips.pop() as tfl.SymbolicTensor;
  for (const [i, filters] of widths.slice(0, -1).reverse().entries()) {
    const parts = [decode(x, filters, i), skips.pop() as tfl.SymbolicTensor];
    x = layers.concatenate({ name: `skip_${i}` }).apply(parts) as tfl.SymbolicTensor;
  }
  const active = layers.reLU({ name: 'image_relu' }).apply(x);
  const last = layers
    .conv2dTranspose({ name: 'to_image', ...options(shape.channels, true) })
    .apply(active);
  const image = layers.activation({ name: 'image', activation: 'tanh' }).apply(last);
  return tfl.model({
    name: 'generator',
    inputs: [source, ...masks],
    outputs: image as tfl.SymbolicTensor,
  });
}
