import type { Key } from '@ganvas/core';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { createInitializers, heDeviation } from './initializers.js';
import { normalize } from './norms.js';
import type { TranslatorShape } from './translator.js';

// What a layer's methods are given; tfjs-layers does not export its names for them.
type Shape = (number | null)[];

const blocks = 4;
const kernelSize = 3;
// So that blocks begin as small changes of what goes through them, and the picture as the enlarged source.
const residualShare = 0.1;
const detailShare = 0.05;

/**
 * Enlarge pictures `scale` times by pixels in groups (Shi et al., "Real-time single image and video
 * super-resolution using an efficient sub-pixel convolutional neural network", 2016): each pixel of the source
 * becomes a square of itself plus its own details. After training what leaves [-1, 1] is cut off; in training it has a
 * gradient.
 *
 * Inputs: source `[N, H, W, C]`, details `[N, H, W, scale * scale * C]`. Output: `[N, scale * H, scale * W, C]`.
 */
class AddDetails extends tfl.layers.Layer {
  static readonly className = 'AddDetails';
  readonly #scale: number;

  constructor({ name, scale }: { name: string; scale: number }) {
    super({ name });
    this.#scale = scale;
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [[count, height, width, channels]] = inputShape as [[null, number, number, number]];
    return [count, this.#scale * height, this.#scale * width, channels];
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor {
    return tf.tidy(() => {
      const [source, details] = inputs as [tf.Tensor4D, tf.Tensor4D];
      const squares = tf.tile(source, [1, 1, 1, this.#scale ** 2]);
      const image = tf.depthToSpace(tf.add(squares, details) as tf.Tensor4D, this.#scale, 'NHWC');
      return kwargs.training ? image : tf.clipByValue(image, -1, 1);
    });
  }
}

/**
 * Build a network that enlarges pictures: residual blocks at the size of the source, as SRResNet (Ledig et al.,
 * "Photo-realistic single image super-resolution using a generative adversarial network", 2017), without its
 * batch norms (Lim et al., EDSR, 2017) where the norm is `none`.
 *
 * Input: `source` `[N, H, W, channels]` in [-1, 1]. Output: `[N, scale * H, scale * W, channels]`.
 */
export function buildUpscaler(
  shape: TranslatorShape & { scale: 2 | 4 },
  key: Key,
): tfl.LayersModel {
  const { layers } = tfl;
  const { baseChannels, channels, norm, scale } = shape;
  const normal = createInitializers(key);
  const convolve = (name: string, x: tfl.SymbolicTensor, filters: number, deviation: number) => {
    const kernelInitializer = normal(deviation);
    const options = { name, filters, kernelSize, padding: 'same', kernelInitializer } as const;
    return layers.conv2d(options).apply(x) as tfl.SymbolicTensor;
  };
  const relu = (name: string, x: tfl.SymbolicTensor) =>
    layers.reLU({ name: `${name}_relu` }).apply(x) as tfl.SymbolicTensor;
  const deviation = heDeviation(baseChannels * kernelSize ** 2);
  const residual = (name: string, x: tfl.SymbolicTensor) => {
    const first = convolve(`${name}_a`, x, baseChannels, deviation);
    const active = relu(`${name}_a`, normalize(norm, `${name}_a_norm`, first));
    const second = convolve(`${name}_b`, active, baseChannels, residualShare * deviation);
    const sum = layers.add({ name }).apply([x, normalize(norm, `${name}_b_norm`, second)]);
    return sum as tfl.SymbolicTensor;
  };

  const size = [shape.height, shape.width, shape.sourceChannels];
  const source = tfl.input({ shape: size, name: 'source' });
  const seen = heDeviation(shape.sourceChannels * kernelSize ** 2);
  let x = relu('first', convolve('first', source, baseChannels, seen));
  for (let i = 1; i <= blocks; i++) x = residual(`block_${i}`, x);
  const details = convolve('details', x, scale ** 2 * channels, detailShare * deviation);
  const image = new AddDetails({ name: 'image', scale }).apply([source, details]);
  return tfl.model({ name: 'generator', inputs: source, outputs: image as tfl.SymbolicTensor });
}
