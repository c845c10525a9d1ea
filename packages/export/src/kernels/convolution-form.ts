import type * as tf from '@tensorflow/tfjs-core';
import type { Call } from './rule.js';

export type Conv2DInfo = tf.backend_util.Conv2DInfo;

/** One way to write the three convolutions of a network and its gradient. */
export interface ConvolutionRules {
  /** x `[N, H, W, C]`, filter `[KH, KW, C, M]` -> `[N, OH, OW, M]`. */
  forward(call: Call<unknown>, info: Conv2DInfo): tf.TensorInfo;
  /** dy `[N, OH, OW, M]`, filter `[KH, KW, C, M]` -> dx `[N, H, W, C]`; also the transposed convolution. */
  backwardInput(call: Call<unknown>, info: Conv2DInfo): tf.TensorInfo;
  /** x, dy -> dfilter `[KH, KW, C, M]`. */
  backwardFilter(call: Call<unknown>, info: Conv2DInfo): tf.TensorInfo;
}
