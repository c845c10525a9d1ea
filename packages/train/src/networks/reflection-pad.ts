import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

// What a layer's methods are given; tfjs-layers does not export its names for them.
type Shape = (number | null)[];

/**
 * Surround pictures by their own reflection, the edge itself not repeated: a row a b c d padded by 2 is
 * c b a b c d c b. Sides must be longer than the padding.
 *
 * Input: `[N, H, W, C]`. Output: `[N, H + 2 padding, W + 2 padding, C]`.
 */
export class ReflectionPad extends tfl.layers.Layer {
  static readonly className = 'ReflectionPad';
  readonly #padding: number;

  constructor({ name, padding }: { name: string; padding: number }) {
    super({ name });
    this.#padding = padding;
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [count, height, width, channels] = inputShape as [null, number, number, number];
    return [count, height + 2 * this.#padding, width + 2 * this.#padding, channels];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor4D;
    const sides: [number, number] = [this.#padding, this.#padding];
    return tf.mirrorPad(x, [[0, 0], sides, sides, [0, 0]], 'reflect');
  }
}
