import * as tf from '@tensorflow/tfjs-core';
// tfjs-core alone registers no gradients; tfjs-layers registers them all.
import '@tensorflow/tfjs-layers';

/**
 * tfjs's gradient of leakyRelu holds a comparison, which has no gradient itself, so a penalty on it
 * throws. step(x, alpha) is the same factor, 1 above zero and alpha elsewhere, and its gradient is
 * zero as it should be.
 */
tf.unregisterGradient('LeakyRelu');
tf.registerGradient({
  kernelName: 'LeakyRelu',
  inputsToSave: ['x'],
  gradFunc: (dy, saved, attrs) => {
    const [x] = saved as [tf.Tensor];
    const { alpha } = attrs as unknown as { alpha: number };
    return { x: () => tf.mul(dy as tf.Tensor, tf.step(x, alpha)) };
  },
});
