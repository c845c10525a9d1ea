import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

// What a layer's methods are given; tfjs-layers does not export its names for them.
type Shape = (number | null)[];

/**
 * Fill the holes of a masked source alone: what is kept is the source's.
 *
 * Inputs: source `[N, H, W, C + 1]`, 0 in holes, its last channel 1 in holes and -1 elsewhere; picture `[N, H, W, C]`.
 * Output: as the picture.
 */
class KeepPixels extends tfl.layers.Layer {
  static readonly className = 'KeepPixels';

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return inputShape[1] as Shape;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const [source, picture] = inputs as [tf.Tensor, tf.Tensor];
      const [kept, mask] = tf.split(source, [picture.shape[3] as number, 1], 3);
      const hole = tf.div(tf.add(mask as tf.Tensor, 1), 2);
      return tf.add(kept as tf.Tensor, tf.mul(hole, picture));
    });
  }
}

/**
 * Let a generator of masked sources draw in their holes alone, so that the discriminator judges what is seen in the
 * end: the seams too.
 *
 * @param generator its first input is the source
 */
export function keepPixels(generator: tfl.LayersModel): tfl.LayersModel {
  const parts = [generator.inputs[0], generator.outputs[0]] as tfl.SymbolicTensor[];
  const outputs = new KeepPixels({ name: 'kept' }).apply(parts) as tfl.SymbolicTensor;
  return tfl.model({ name: generator.name, inputs: generator.inputs, outputs });
}
