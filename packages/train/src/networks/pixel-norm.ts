import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

// What a layer's `build` and `call` are given; tfjs-layers does not export its names for them.
type Shape = (number | null)[];
type LayerInputs = tf.Tensor | tf.Tensor[];

const epsilon = 1e-8;

/**
 * Pixel norm (Karras et al., "Progressive growing of GANs", 2018, section 4.2) with a gain and a bias
 * for each channel, or for each class and channel: x / sqrt(mean(x^2 over channels) + 1e-8) * gain + bias.
 * It has no batch statistics, so a batch never changes a picture.
 *
 * Inputs: x `[N, H, W, C]`, or x and one-hot labels `[N, classes]`. Output: as x.
 */
export class PixelNorm extends tfl.layers.Layer {
  static readonly className = 'PixelNorm';
  readonly #rows: number;
  #gain!: ReturnType<PixelNorm['addWeight']>;
  #bias!: ReturnType<PixelNorm['addWeight']>;

  constructor(config: { name: string; classCount?: number | undefined }) {
    super({ name: config.name });
    this.#rows = config.classCount ?? 1;
  }

  override build(inputShape: Shape | Shape[]): void {
    const [shape] = (Array.isArray(inputShape[0]) ? inputShape : [inputShape]) as [Shape];
    const size = [this.#rows, shape[3] as number];
    this.#gain = this.addWeight('gain', size, 'float32', tfl.initializers.ones());
    this.#bias = this.addWeight('bias', size, 'float32', tfl.initializers.zeros());
    this.built = true;
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return (Array.isArray(inputShape[0]) ? inputShape[0] : inputShape) as Shape;
  }

  override call(inputs: LayerInputs): tf.Tensor {
    return tf.tidy(() => {
      const [x, label] = (Array.isArray(inputs) ? inputs : [inputs]) as [tf.Tensor, tf.Tensor?];
      const power = tf.mean(tf.square(x), -1, true);
      const normal = tf.mul(x, tf.rsqrt(tf.add(power, epsilon)));
      const perChannel = (table: tf.Tensor): tf.Tensor => {
        const rows = label ? tf.matMul(label as tf.Tensor2D, table as tf.Tensor2D) : table;
        return tf.reshape(rows, [-1, 1, 1, x.shape[3] as number]);
      };
      return tf.add(tf.mul(normal, perChannel(this.#gain.read())), perChannel(this.#bias.read()));
    });
  }
}
