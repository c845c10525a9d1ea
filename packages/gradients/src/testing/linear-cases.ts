import * as tf from '@tensorflow/tfjs-core';
import { runKernel } from '../gradient.js';
import { type OpCase, opCase } from './op-case.js';

type Pad = 'same' | 'valid' | number | [[0, 0], [number, number], [number, number], [0, 0]];
type Images = tf.Tensor4D;
type Volumes = tf.Tensor5D;

const image = [1, 5, 4, 2] as const;
const filter = [3, 2, 2, 2] as const;
const uneven: Pad = [
  [0, 0],
  [1, 2],
  [0, 1],
  [0, 0],
];

const conv = (
  strides: number | [number, number],
  pad: Pad,
  dilations: number | [number, number] = 1,
): OpCase =>
  opCase(
    (x, f) => tf.conv2d(x as Images, f as Images, strides, pad, 'NHWC', dilations),
    image,
    filter,
  );

const convTranspose = (
  strides: number,
  pad: 'same' | 'valid',
  shape: [number, number, number, number],
): OpCase =>
  opCase(
    (x, f) => tf.conv2dTranspose(x as Images, f as Images, shape, strides, pad),
    [1, 3, 2, 2],
    filter,
  );

const depthwise = (
  strides: number | [number, number],
  pad: Pad,
  dilations: number | [number, number] = 1,
): OpCase =>
  opCase(
    (x, f) => tf.depthwiseConv2d(x as Images, f as Images, strides, pad, 'NHWC', dilations),
    image,
    filter,
  );

const conv3d = (strides: number, pad: 'same' | 'valid'): OpCase =>
  opCase(
    (x, f) => tf.conv3d(x as Volumes, f as Volumes, strides, pad),
    [1, 3, 3, 2, 2],
    [2, 2, 2, 2, 1],
  );

const product = (
  a: readonly number[],
  b: readonly number[],
  transposes: [boolean, boolean] = [false, false],
): OpCase => opCase((x, y) => tf.matMul(x as tf.Tensor, y as tf.Tensor, ...transposes), a, b);

const einsum = (equation: string, ...shapes: readonly number[][]): OpCase =>
  opCase((...tensors) => tf.einsum(equation, ...tensors), ...shapes);

const attrs = { strides: [2, 1], pad: 'same', dimRoundingMode: undefined };

/** Cases of matrix products and convolutions, their own gradients included. */
export const linearCases = {
  BatchMatMul: [
    product([2, 3], [3, 2]),
    product([3, 2], [3, 2], [true, false]),
    product([2, 3], [2, 3], [false, true]),
    product([3, 2], [2, 3], [true, true]),
    product([2, 2, 3], [2, 3, 2]),
    product([1, 2, 3], [2, 3, 2]),
    product([2, 2, 3], [1, 2, 3], [false, true]),
    product([2, 2, 2, 3], [3, 2]),
  ],
  Conv2D: [
    conv(1, 'same'),
    conv(2, 'same'),
    conv([2, 1], 'valid'),
    conv(1, 1),
    conv(2, uneven),
    conv(1, 'same', 2),
    conv(1, 'valid', [2, 1]),
  ],
  Conv2DBackpropFilter: [
    opCase(
      (x, dy) =>
        runKernel(
          'Conv2DBackpropFilter',
          { x, dy },
          { ...attrs, dataFormat: 'NHWC', filterShape: filter },
        ),
      image,
      [1, 3, 4, 2],
    ),
  ],
  Conv2DBackpropInput: [
    convTranspose(2, 'same', [1, 5, 4, 2]),
    convTranspose(2, 'valid', [1, 7, 4, 2]),
    convTranspose(1, 'same', [1, 3, 2, 2]),
  ],
  Conv3D: [conv3d(1, 'same'), conv3d(2, 'same'), conv3d(1, 'valid')],
  Conv3DBackpropFilterV2: [
    opCase(
      (x, dy) =>
        runKernel(
          'Conv3DBackpropFilterV2',
          { x, dy },
          { strides: 2, pad: 'same', filterShape: [2, 2, 2, 2, 1] },
        ),
      [1, 3, 3, 2, 2],
      [1, 2, 2, 1, 1],
    ),
  ],
  Conv3DBackpropInputV2: [
    opCase(
      (x, f) => tf.conv3dTranspose(x as Volumes, f as Volumes, [1, 3, 3, 2, 2], 2, 'same'),
      [1, 2, 2, 1, 1],
      [2, 2, 2, 2, 1],
    ),
  ],
  DepthwiseConv2dNative: [
    depthwise(1, 'same'),
    depthwise(2, 'same'),
    depthwise([1, 1], 'valid'),
    depthwise(2, uneven),
    depthwise(1, 'same', 2),
    opCase(
      (x, f, p) => tf.separableConv2d(x as Images, f as Images, p as Images, 2, 'same'),
      image,
      filter,
      [1, 1, 4, 3],
    ),
  ],
  DepthwiseConv2dNativeBackpropFilter: [
    opCase(
      (x, dy) =>
        runKernel(
          'DepthwiseConv2dNativeBackpropFilter',
          { x, dy },
          { ...attrs, strides: [2, 2], dilations: [1, 1], filterShape: filter },
        ),
      image,
      [1, 3, 2, 4],
    ),
  ],
  DepthwiseConv2dNativeBackpropInput: [
    opCase(
      (dy, f) =>
        runKernel(
          'DepthwiseConv2dNativeBackpropInput',
          { dy, filter: f },
          { ...attrs, strides: [2, 2], dilations: [1, 1], inputShape: image },
        ),
      [1, 3, 2, 4],
      filter,
    ),
  ],
  Einsum: [
    einsum('ij,jk->ik', [2, 3], [3, 2]),
    einsum('bij,bkj->bik', [2, 2, 3], [2, 3, 3]),
    einsum('i,j->ij', [2], [3]),
    einsum('ij->ji', [2, 3]),
    // An index that is summed over in the only operand.
    einsum('ij->i', [2, 3]),
    einsum('ij->', [2, 3]),
    einsum('bhwc,bhwd->bcd', [1, 2, 2, 2], [1, 2, 2, 2]),
  ],
  FusedConv2D: [
    opCase(
      (x, f, bias) =>
        tf.fused.conv2d({
          x: x as Images,
          filter: f as Images,
          bias: bias as tf.Tensor,
          strides: 2,
          pad: 'same',
        }),
      image,
      filter,
      [2],
    ),
    opCase(
      (x, f) =>
        tf.fused.conv2d({
          x: x as Images,
          filter: f as Images,
          strides: 1,
          pad: 1,
          activation: 'relu',
        }),
      image,
      filter,
    ),
    opCase(
      (x, f) =>
        tf.fused.conv2d({
          x: x as Images,
          filter: f as Images,
          strides: 1,
          pad: 'same',
          dilations: 2,
        }),
      image,
      filter,
    ),
  ],
  FusedDepthwiseConv2D: [
    opCase(
      (x, f, bias) =>
        tf.fused.depthwiseConv2d({
          x: x as Images,
          filter: f as Images,
          bias: bias as tf.Tensor,
          strides: 1,
          pad: 'same',
        }),
      image,
      filter,
      [4],
    ),
    opCase(
      (x, f) =>
        tf.fused.depthwiseConv2d({
          x: x as Images,
          filter: f as Images,
          strides: 2,
          pad: 'valid',
          activation: 'elu',
        }),
      image,
      filter,
    ),
  ],
  _FusedMatMul: [
    opCase(
      (a, b, bias) =>
        tf.fused.matMul({ a: a as tf.Tensor, b: b as tf.Tensor, bias: bias as tf.Tensor }),
      [2, 3],
      [3, 2],
      [2],
    ),
    opCase(
      (a, b) =>
        tf.fused.matMul({
          a: a as tf.Tensor,
          b: b as tf.Tensor,
          transposeB: true,
          activation: 'sigmoid',
        }),
      [2, 2, 3],
      [2, 2, 3],
    ),
  ],
};
