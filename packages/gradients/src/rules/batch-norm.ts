import * as tf from '@tensorflow/tfjs-core';
import type { Rewrite } from '../engine.js';

/** Batch normalization, written out: (x - mean) / sqrt(variance + epsilon) * scale + offset. */
export const batchNorm: Rewrite = (inputs, attrs) => {
  const { x, mean, variance, scale, offset } = inputs as Record<string, tf.Tensor> &
    Record<'x' | 'mean' | 'variance', tf.Tensor>;
  const slope = tf.rsqrt(tf.add(variance, attrs['varianceEpsilon'] as number));
  const normal = tf.mul(tf.sub(x, mean), scale ? tf.mul(slope, scale) : slope);
  return offset ? tf.add(normal, offset) : normal;
};
