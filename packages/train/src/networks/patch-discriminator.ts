import type { Key } from '@ganvas/core';
import * as tfl from '@tensorflow/tfjs-layers';
import { createInitializers } from './initializers.js';
import { normalize } from './norms.js';
import { initialDeviation, leak, mostWidening, type TranslatorShape } from './translator.js';

/** Sides of the patch that one logit judges, by name, and how many layers halve the picture for it. */
const halvings = { pixel: 0, 16: 1, 70: 3, 286: 5 } as const;
export type PatchSize = keyof typeof halvings;
export const patchSizes = Object.keys(halvings) as readonly `${PatchSize}`[];

/** The shortest side of a picture that leaves a logit: halved, then twice a pixel less. */
export const leastSides = { pixel: 1, 16: 6, 70: 24, 286: 96 } as const satisfies Record<
  PatchSize,
  number
>;

interface Layer {
  readonly filters: number;
  readonly strides: 1 | 2;
  readonly kernelSize: 1 | 4;
}

/** The layers before the last: those that halve, and one that does not. */
function layersOf(patch: `${PatchSize}`, base: number): Layer[] {
  if (patch === 'pixel') {
    return [base, 2 * base].map((filters) => ({ filters, strides: 1, kernelSize: 1 }));
  }
  const count = halvings[patch];
  return Array.from({ length: count + 1 }, (_, i) => ({
    filters: base * Math.min(2 ** i, mostWidening),
    strides: i < count ? 2 : 1,
    kernelSize: 4,
  }));
}

/**
 * Build the PatchGAN discriminator of Pix2Pix (Isola et al. 2017, section 6.1.2): each logit judges a patch of
 * the picture, 1, 16, 70 or 286 pixels wide. Convolutions 4x4 padded by 1 (1x1 for `pixel`), leaky ReLU 0.2, a
 * norm in all but the first and last.
 *
 * Inputs: pictures `[N, H, W, channels]` in [-1, 1], for a conditional one those beside their sources
 * `[N, H, W, sourceChannels + channels]`. Output: logits `[N, h, w, 1]`.
 */
export function buildPatchDiscriminator(
  shape: Omit<TranslatorShape, 'sourceChannels' | 'channels'> & {
    readonly inputChannels: number;
    readonly patch: `${PatchSize}`;
  },
  key: Key,
): tfl.LayersModel {
  const { layers } = tfl;
  const normal = createInitializers(key);
  const convolve = (
    name: string,
    x: tfl.SymbolicTensor,
    { filters, strides, kernelSize }: Layer,
    useBias: boolean,
  ) => {
    const padded =
      kernelSize === 1 ? x : layers.zeroPadding2d({ name: `${name}_pad`, padding: 1 }).apply(x);
    const kernelInitializer = normal(initialDeviation);
    const options = {
      name,
      filters,
      kernelSize,
      strides,
      padding: 'valid',
      useBias,
      kernelInitializer,
    } as const;
    return layers.conv2d(options).apply(padded) as tfl.SymbolicTensor;
  };
  const input = tfl.input({
    shape: [shape.height, shape.width, shape.inputChannels],
    name: 'pair',
  });
  const hidden = layersOf(shape.patch, shape.baseChannels);
  let x = input;
  for (const [i, layer] of hidden.entries()) {
    const name = `patch_${i}`;
    const isFirst = i === 0;
    const conv = convolve(name, x, layer, isFirst || shape.norm === 'none');
    const normed = isFirst ? conv : normalize(shape.norm, `${name}_norm`, conv);
    x = layers
      .leakyReLU({ name: `${name}_leaky`, alpha: leak })
      .apply(normed) as tfl.SymbolicTensor;
  }
  const kernelSize = hidden[0]?.kernelSize ?? 4;
  const logits = convolve('logits', x, { filters: 1, strides: 1, kernelSize }, true);
  return tfl.model({ name: 'discriminator', inputs: input, outputs: logits });
}
