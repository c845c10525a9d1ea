import * as tf from '@tensorflow/tfjs-core';
import { scatterAxis } from './axes.js';

/** A filter whose taps lie `rates` apart along its first axes, as one that is not dilated. */
export const dilate = (filter: tf.Tensor, rates: readonly number[]): tf.Tensor =>
  rates.reduce((current, stride, axis) => {
    const size = ((current.shape[axis] as number) - 1) * stride + 1;
    return scatterAxis(current, axis, { begin: 0, stride, size });
  }, filter);

/** The shape of a dilated filter. */
export const dilatedShape = (shape: readonly number[], rates: readonly number[]): number[] =>
  shape.map((size, axis) => (size - 1) * (rates[axis] ?? 1) + 1);

/** The taps of a dilated filter's derivative. */
export function undilate(derivative: tf.Tensor, rates: readonly number[]): tf.Tensor {
  if (rates.every((rate) => rate === 1)) return derivative;
  const strides = derivative.shape.map((_, axis) => rates[axis] ?? 1);
  const begin = strides.map(() => 0);
  return tf.stridedSlice(derivative, begin, derivative.shape, strides);
}

/** Dilation rates as a list of this length; tfjs takes a number for all axes, and none for 1. */
export const ratesOf = (
  dilations: number | readonly number[] | null | undefined,
  count: number,
): number[] => {
  const given = dilations ?? 1;
  return typeof given === 'number' ? Array.from({ length: count }, () => given) : [...given];
};
