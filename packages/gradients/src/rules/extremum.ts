import * as tf from '@tensorflow/tfjs-core';
import { type Call, type Derivatives, gradient } from '../gradient.js';

interface ExtremumAttrs {
  readonly axis?: number | number[] | null;
  /** What Max calls its axes. */
  readonly reductionIndices?: number | number[] | null;
}

type Reduce = (x: tf.Tensor, axes: number[], keepDims: boolean) => tf.Tensor;

/** dy at every element that is the extremum, as tfjs does it: equal ones get it all. */
const derive =
  (reduce: Reduce) =>
  ({ dy, saved: { x }, attrs }: Call<'x', ExtremumAttrs>): Derivatives => ({
    x: () => {
      const given = attrs.reductionIndices ?? attrs.axis ?? null;
      const axes = tf.util.parseAxisParam(given as number[], x.shape);
      const extremum = reduce(x, axes, true);
      const isExtremum = tf.cast(tf.equal(x, extremum), 'float32');
      return tf.mul(tf.reshape(dy, extremum.shape), isExtremum);
    },
  });

/** The largest element along axes. */
export const max = gradient<'x', ExtremumAttrs>(['x'], derive(tf.max));

/** The smallest element along axes. */
export const min = gradient<'x', ExtremumAttrs>(['x'], derive(tf.min));
