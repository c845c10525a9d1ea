import * as tf from '@tensorflow/tfjs-core';
import type { Problem } from './finite-differences.js';
import { createRandom } from './random.js';

/** A shape, and the range that its numbers are drawn from: -1.5 to 1.5 if not given. */
export type Input = readonly number[] | { shape: readonly number[]; from: number; to: number };

/** The shape of an input, and the range of its numbers. */
export const rangeOf = (input: Input): { shape: readonly number[]; from: number; to: number } =>
  'shape' in input ? input : { shape: input, from: -1.5, to: 1.5 };

/** An op on inputs, all of which are differentiated. */
export interface OpCase {
  readonly inputs: readonly Input[];
  readonly op: (...inputs: tf.Tensor[]) => tf.Tensor;
}

/** Name the op and its inputs in one line. */
export const opCase = (op: OpCase['op'], ...inputs: readonly Input[]): OpCase => ({ op, inputs });

/** Give the inputs that the op is differentiated by: op(x w + b, ...). */
export function toProblem({ inputs, op }: OpCase, seed: number): Problem {
  const random = createRandom(seed);
  const draw = (shape: readonly number[], from: number, to: number): tf.Variable => {
    const size = tf.util.sizeFromShape([...shape]);
    const values = Float32Array.from({ length: size }, () => from + (to - from) * random());
    return tf.variable(tf.tensor(values, [...shape]));
  };
  const variables = inputs.map(rangeOf).map(({ shape, from, to }) => draw(shape, from, to));
  const [x, ...others] = variables as [tf.Variable, ...tf.Variable[]];
  const [w, b] = [draw(x.shape, 0.9, 1.1), draw(x.shape, -0.05, 0.05)];
  return {
    variables: [...variables, w, b],
    penalized: variables,
    forward: () => op(tf.add(tf.mul(x, w), b), ...others),
  };
}
