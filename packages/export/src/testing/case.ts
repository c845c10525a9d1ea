import * as tf from '@tensorflow/tfjs-core';

/** A function of tensors in which the kernel under test is called. */
export type Op = (...inputs: tf.Tensor[]) => tf.Tensor | tf.Tensor[];

export type Dtype = 'float32' | 'int32' | 'bool';

/** What a kernel is tested on: an op, and its inputs. */
export interface Case {
  readonly op: Op;
  readonly shapes: readonly (readonly number[])[];
  /** float32 where nothing is said. */
  readonly dtypes?: readonly Dtype[];
  /** Numbers of the inputs; fixed ones that avoid kinks at 0 where nothing is said. */
  readonly values?: readonly (readonly number[] | undefined)[];
  readonly positive?: boolean;
  /**
   * What is right, where tfjs's cpu backend lacks the kernel or is wrong: another op to compute it with,
   * or the numbers, worked out by hand.
   */
  readonly expected?: Op | readonly number[];
}

type Options = Omit<Case, 'op' | 'shapes'>;

/** An op on inputs of these shapes. */
export const on = (op: Op, ...shapes: number[][]): Case => ({ op, shapes });

/** An op on inputs of these numbers, each a vector. */
export const onValues = (op: Op, ...values: number[][]): Case => ({
  op,
  shapes: values.map(({ length }) => [length]),
  values,
});

/** The same case with whole numbers, or bools, or whatever else is said. */
export const but = (base: Case, options: Options): Case => ({ ...base, ...options });

const withAll = (cases: readonly Case[], options: Options): Case[] =>
  cases.map((each) => but(each, options));

const dtypesFor = (dtype: Dtype, count: number): { dtypes: Dtype[] } => ({
  dtypes: Array<Dtype>(count).fill(dtype),
});

/** One tensor, element by element: a matrix, a scalar, a picture, nothing; and further dtypes. */
export const unary = (op: Op, options: Options = {}, further: readonly Dtype[] = []): Case[] => [
  ...withAll([on(op, [2, 3]), on(op, []), on(op, [2, 3, 3, 2]), on(op, [0, 3])], options),
  ...further.map((dtype) => but(on(op, [2, 7]), { ...options, ...dtypesFor(dtype, 1) })),
];

const pairs = [
  [
    [2, 3],
    [2, 3],
  ],
  [[2, 3], [3]],
  [
    [2, 1, 3],
    [4, 1],
  ],
  [[], [2, 2, 3, 2]],
  [[2, 2, 3, 2], [2]],
  [
    [2, 2, 3, 2],
    [2, 1, 1, 2],
  ],
  [
    [2, 3, 2],
    [2, 2, 3, 2],
  ],
  [
    [0, 3],
    [1, 3],
  ],
];

/** Two tensors that meet by broadcasting, and further dtypes. */
export const binary = (op: Op, options: Options = {}, further: readonly Dtype[] = []): Case[] => [
  ...withAll(
    pairs.map((shapes) => ({ op, shapes })),
    options,
  ),
  ...further.map((dtype) => but(on(op, [4, 3], [3]), { ...options, ...dtypesFor(dtype, 2) })),
];

/** Call a kernel by its name: some are called by gradients alone, and some by nothing. */
export const run = (
  kernel: string,
  inputs: Readonly<Record<string, tf.Tensor>>,
  attrs: object = {},
): tf.Tensor =>
  tf.engine().runKernel(kernel, inputs, attrs as tf.NamedAttrMap) as unknown as tf.Tensor;

export const picture = (x: tf.Tensor | undefined): tf.Tensor4D => x as tf.Tensor4D;
export const volume = (x: tf.Tensor | undefined): tf.Tensor5D => x as tf.Tensor5D;

/**
 * The adjoint of a linear op on pictures or volumes of one channel, by trying every pixel: what each
 * pixel of `dy` `[N, ...out, C]` gives back to each pixel of `[N, ...sizes, C]`.
 */
export function adjoint(
  forward: (x: tf.Tensor) => tf.Tensor,
  dy: tf.Tensor,
  sizes: readonly number[],
): tf.Tensor {
  const count = sizes.reduce((a, b) => a * b, 1);
  const [n, c] = [dy.shape[0] as number, dy.shape.at(-1) as number];
  const probes = tf.reshape(tf.eye(count), [count, ...sizes, 1]);
  const shares = tf.reshape(forward(probes), [count, -1]); // [pixels, out pixels]
  const columns = tf.reshape(tf.transpose(tf.reshape(dy, [n, -1, c]), [1, 0, 2]), [-1, n * c]);
  const back = tf.reshape(tf.matMul(shares, columns), [count, n, c]);
  return tf.reshape(tf.transpose(back, [1, 0, 2]), [n, ...sizes, c]);
}
