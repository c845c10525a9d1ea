import * as tf from '@tensorflow/tfjs-core';
import { gradient } from '../gradient.js';

interface LrnAttrs {
  readonly depthRadius: number;
  readonly bias: number;
  readonly alpha: number;
  readonly beta: number;
}

/** [C, C] of ones where two channels are at most `radius` apart. */
function neighbours(channels: number, radius: number): tf.Tensor {
  const band = Float32Array.from({ length: channels ** 2 }, (_, i) =>
    Math.abs(Math.floor(i / channels) - (i % channels)) <= radius ? 1 : 0,
  );
  return tf.tensor(band, [channels, channels]);
}

/**
 * Local response normalization y = x s^-beta with s = bias + alpha sum of x^2 over near channels:
 * dx = dy s^-beta - 2 alpha beta x sum of (dy x s^(-beta - 1)) over near channels.
 */
export const lrn = gradient<'x', LrnAttrs>(['x'], ({ dy, saved: { x }, attrs }) => ({
  x: () => {
    const { depthRadius, bias, alpha, beta } = attrs;
    const channels = x.shape.at(-1) as number;
    const band = neighbours(channels, depthRadius);
    const sumNear = (values: tf.Tensor): tf.Tensor =>
      tf.reshape(tf.matMul(tf.reshape(values, [-1, channels]), band), x.shape);
    const s = tf.add(tf.mul(sumNear(tf.square(x)), alpha), bias);
    const scaled = tf.mul(dy, tf.pow(s, -beta));
    const near = sumNear(tf.div(tf.mul(scaled, x), s));
    return tf.sub(scaled, tf.mul(tf.mul(x, near), 2 * alpha * beta));
  },
}));
