import type { Key } from '@ganvas/core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { buildResnet, resnetMultiple } from './resnet.js';
import type { TranslatorShape } from './translator.js';
import { buildUnet, dropoutMasks, halvingsOf, type MaskShape } from './unet.js';
import { buildUpscaler } from './upscaler.js';

/** A network that translates. */
interface GeneratorKind {
  /** How many times larger its pictures are than sources. */
  readonly scale: 1 | 2 | 4;
  /** Sides that it can be built for are multiples of it. */
  readonly leastMultiple: number;
  /** Takes `source` `[N, H, W, sourceChannels]` and the masks; gives `[N, scale * H, scale * W, channels]`. */
  build(shape: TranslatorShape, key: Key): LayersModel;
  /** The masks of its dropout. */
  masksOf(shape: TranslatorShape): readonly MaskShape[];
  /** Both sides of a source must be multiples of it. */
  sizeMultipleOf(shape: TranslatorShape): number;
}

const resnet = (blocks: number): GeneratorKind => ({
  scale: 1,
  leastMultiple: resnetMultiple,
  build: (shape, key) => buildResnet({ ...shape, blocks }, key),
  masksOf: () => [],
  sizeMultipleOf: () => resnetMultiple,
});

const upscaler = (scale: 2 | 4): GeneratorKind => ({
  scale,
  leastMultiple: 1,
  build: (shape, key) => buildUpscaler({ ...shape, scale }, key),
  masksOf: () => [],
  sizeMultipleOf: () => 1,
});

/** The generators of translators by name. */
const generators = {
  unet: {
    scale: 1,
    leastMultiple: 4,
    build: buildUnet,
    masksOf: dropoutMasks,
    sizeMultipleOf: (shape) => 2 ** halvingsOf(shape),
  },
  'resnet-6': resnet(6),
  'resnet-9': resnet(9),
  'upscaler-2x': upscaler(2),
  'upscaler-4x': upscaler(4),
} satisfies Record<string, GeneratorKind>;

export type GeneratorName = keyof typeof generators;
export const generatorNames = Object.keys(generators) as GeneratorName[];

/** The generator of a name, with nothing of its own type left. */
export const generatorOf = (name: GeneratorName): GeneratorKind => generators[name];
