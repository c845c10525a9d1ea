import { flattenOnWhite, type Pixels, toColorChannels } from '@ganvas/core';
import { compileDynamic, type Tensors } from '@ganvas/export';
import * as tf from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-node';
import type { FeatureExtractor } from './metric.js';
import { loadNsfwNetwork } from './nsfw-network.js';

/** Side of the pictures that the network takes. */
const side = 299;
const featureCount = 768;

/** Compile the network for pictures of one size, bytes as float32 `[N, H, W, 3]`, to features `[N, 768]`. */
async function compileFeatures({ width, height }: { width: number; height: number }) {
  const network = await loadNsfwNetwork();
  // As the package itself prepares pictures: divided by 255, then resized with their corners aligned.
  const features = ({ image }: Tensors) => {
    const resized = tf.image.resizeBilinear(
      tf.div(image as tf.Tensor4D, 255) as tf.Tensor4D,
      [side, side],
      true,
    );
    const channels = network.apply(resized, { training: false }) as tf.Tensor4D;
    return { features: tf.mean(channels, [1, 2]) };
  };
  const model = compileDynamic(features, {
    name: 'nsfwFeatures',
    inputs: { image: { shape: ['N', height, width, 3], dtype: 'float32' } },
  });
  network.dispose();
  return model;
}

/**
 * Open the network of `loadNsfwNetwork` for pictures of one size: 768 features, the averages over the picture of the
 * channels of the layer `mixed5`. Grey pictures are repeated over three channels.
 */
export async function openNsfwFeatures(size: {
  width: number;
  height: number;
}): Promise<FeatureExtractor> {
  const { bytes } = await compileFeatures(size);
  const session = await ort.InferenceSession.create(bytes);
  return {
    async extract(pixels: Pixels) {
      const { data, count, height, width } = toColorChannels(flattenOnWhite(pixels), 3);
      const image = new ort.Tensor('float32', Float32Array.from(data), [count, height, width, 3]);
      const { features } = await session.run({ image });
      return { data: features?.data as Float32Array, count, size: featureCount };
    },
    dispose: () => session.release(),
  };
}
