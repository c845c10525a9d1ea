import * as tf from '@tensorflow/tfjs-core';
// Registers tfjs's gradients, which tfjs-core alone does not.
import '@tensorflow/tfjs-layers';

/** A function of tensors that ends in the kernel under test. */
export type Op = (...inputs: tf.Tensor[]) => tf.Tensor;

/** A case: the op, and the shapes of its inputs, filled with fixed numbers that avoid kinks at 0. */
export interface Case {
  readonly op: Op;
  readonly shapes: readonly number[][];
  readonly positive?: boolean;
}

const conv =
  (stride: number | [number, number], pad: 'same' | 'valid' | number, dilation = 1): Op =>
  (x, f) =>
    tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, stride, pad, 'NHWC', dilation);
const convTranspose =
  (shape: number[], stride: number, pad: 'same' | 'valid'): Op =>
  (x, f) =>
    tf.conv2dTranspose(
      x as tf.Tensor4D,
      f as tf.Tensor4D,
      shape as [number, number, number, number],
      stride,
      pad,
    );
const filterGradient =
  (strides: number, pad: 'same' | 'valid'): Op =>
  (x, f) =>
    tf.grad((filter: tf.Tensor) =>
      tf.sum(tf.square(tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, pad))),
    )(f as tf.Tensor);

/** Cases for matrix products and convolutions. */
export const linearCases = {
  BatchMatMul: [
    {
      op: (a, b) => tf.matMul(a, b),
      shapes: [
        [3, 4],
        [4, 2],
      ],
    },
    {
      op: (a, b) => tf.matMul(a, b, true, true),
      shapes: [
        [4, 3],
        [2, 4],
      ],
    },
    {
      op: (a, b) => tf.matMul(a, b),
      shapes: [
        [1, 3, 4],
        [1, 4, 2],
      ],
    },
  ],
  _FusedMatMul: [
    {
      op: (a, b, bias) => tf.fused.matMul({ a, b, bias, activation: 'relu' }),
      shapes: [[3, 4], [4, 2], [2]],
    },
    {
      op: (a, b) => tf.fused.matMul({ a, b, activation: 'linear' }),
      shapes: [
        [3, 4],
        [4, 2],
      ],
    },
  ],
  Conv2D: [
    {
      op: conv(2, 'same'),
      shapes: [
        [2, 7, 7, 3],
        [5, 5, 3, 4],
      ],
    },
    {
      op: conv(1, 'valid'),
      shapes: [
        [2, 6, 5, 3],
        [3, 2, 3, 4],
      ],
    },
    {
      op: conv([1, 2], 'same'),
      shapes: [
        [1, 6, 5, 2],
        [3, 3, 2, 3],
      ],
    },
    {
      op: conv(2, 1),
      shapes: [
        [1, 6, 5, 2],
        [3, 3, 2, 3],
      ],
    },
    {
      op: conv(1, 'same', 2),
      shapes: [
        [2, 7, 6, 2],
        [3, 3, 2, 3],
      ],
    },
    {
      op: conv(1, 'same'),
      shapes: [
        [2, 4, 4, 3],
        [1, 1, 3, 2],
      ],
    },
  ],
  FusedConv2D: [
    {
      op: (x, filter, bias) =>
        tf.fused.conv2d({
          x: x as tf.Tensor4D,
          filter: filter as tf.Tensor4D,
          strides: 2,
          pad: 'same',
          bias,
          activation: 'relu',
        }),
      shapes: [[2, 5, 5, 2], [3, 3, 2, 3], [3]],
    },
  ],
  Conv2DBackpropInput: [
    {
      op: convTranspose([2, 14, 14, 3], 2, 'same'),
      shapes: [
        [2, 7, 7, 4],
        [4, 4, 3, 4],
      ],
    },
    {
      op: convTranspose([2, 7, 7, 3], 2, 'same'),
      shapes: [
        [2, 4, 4, 2],
        [5, 5, 3, 2],
      ],
    },
    {
      op: convTranspose([1, 9, 9, 1], 2, 'valid'),
      shapes: [
        [1, 4, 4, 2],
        [3, 3, 1, 2],
      ],
    },
    {
      op: convTranspose([1, 6, 6, 1], 3, 'same'),
      shapes: [
        [1, 2, 2, 2],
        [2, 2, 1, 2],
      ],
    },
    {
      op: convTranspose([2, 5, 5, 2], 1, 'same'),
      shapes: [
        [2, 5, 5, 3],
        [3, 3, 2, 3],
      ],
    },
  ],
  Conv2DBackpropFilter: [
    {
      op: filterGradient(2, 'same'),
      shapes: [
        [2, 7, 7, 3],
        [5, 5, 3, 4],
      ],
    },
    {
      op: filterGradient(1, 'valid'),
      shapes: [
        [2, 6, 5, 3],
        [3, 2, 3, 4],
      ],
    },
  ],
} satisfies Record<string, Case[]>;
