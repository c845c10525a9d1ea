import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { NormName } from './norms.js';

/** What a translator and its discriminator are built for. */
export interface TranslatorShape {
  /** Sides of the source in pixels. */
  readonly height: number;
  readonly width: number;
  /** Channels of the source. */
  readonly sourceChannels: number;
  /** Channels of the picture. */
  readonly channels: number;
  /** Channels of the first layer; deeper ones have up to 8 times as many. */
  readonly baseChannels: number;
  readonly norm: NormName;
}

/** The deviation of initial weights, as DCGAN, Pix2Pix and CycleGAN have it. */
export const initialDeviation = 0.02;
/** The slope of leaky ReLU below zero. */
export const leak = 0.2;
/** Deeper layers have so many times the channels of the first, at most. */
export const mostWidening = 8;

/**
 * A network as a function of pictures `[N, H, W, C]`. Its further inputs are masks of dropout, and nothing is dropped.
 *
 * @param options.training whether batch norms take the statistics of what they are given
 */
export const withoutDropout =
  (model: LayersModel, { training = false } = {}) =>
  (pictures: tf.Tensor): tf.Tensor => {
    const masks = model.inputs.slice(1).map(() => tf.ones([1, 1, 1, 1]));
    return model.apply([pictures, ...masks], { training }) as tf.Tensor;
  };
