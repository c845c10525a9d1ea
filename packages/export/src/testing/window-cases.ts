import * as tf from '@tensorflow/tfjs-core';
import { type Case, on, picture, run, volume } from './case.js';
import { fusedActivations, fusedWith } from './linear-cases.js';

const t = (x: tf.Tensor | undefined): tf.Tensor => x as tf.Tensor;
type Sizes = [number, number, number, number];
type Pad = 'same' | 'valid' | number | [[0, 0], [number, number], [number, number], [0, 0]];
type Steps = number | [number, number];
type Cube = [number, number, number];

const depthwise =
  (strides: Steps, pad: Pad, dilations: Steps = 1): Case['op'] =>
  (x, f) =>
    tf.depthwiseConv2d(picture(x), picture(f), strides, pad, 'NHWC', dilations);
interface Layer {
  readonly x: Sizes;
  readonly filter: Sizes;
  readonly strides: Steps;
  readonly pad: Pad;
}
const layers: readonly Layer[] = [
  { x: [2, 5, 6, 3], filter: [3, 3, 3, 1], strides: 1, pad: 'same' },
  { x: [2, 5, 6, 2], filter: [3, 2, 2, 3], strides: 2, pad: 'same' },
  { x: [1, 7, 6, 2], filter: [3, 3, 2, 2], strides: 3, pad: 'valid' },
  { x: [1, 5, 5, 1], filter: [2, 2, 1, 1], strides: 3, pad: 'same' },
  {
    x: [1, 5, 6, 2],
    filter: [3, 3, 2, 1],
    strides: 1,
    pad: [
      [0, 0],
      [2, 1],
      [0, 3],
      [0, 0],
    ],
  },
  { x: [1, 4, 4, 2], filter: [1, 1, 2, 2], strides: 1, pad: 'valid' },
  { x: [1, 2, 3, 2], filter: [5, 5, 2, 1], strides: 1, pad: 'same' },
];
const depthwiseOut = ({ x, filter, strides, pad }: Layer): number[] =>
  tf.backend_util.computeConv2DInfo(x, filter, strides, 1, pad, undefined, true).outShape;
const depthwiseInput =
  ({ x, strides, pad }: Layer): Case['op'] =>
  (dy, filter) =>
    run(
      'DepthwiseConv2dNativeBackpropInput',
      { dy: t(dy), filter: t(filter) },
      { strides, pad, dilations: 1, inputShape: x },
    );
const depthwiseFilter =
  ({ filter, strides, pad }: Layer): Case['op'] =>
  (x, dy) =>
    run(
      'DepthwiseConv2dNativeBackpropFilter',
      { x: t(x), dy: t(dy) },
      { strides, pad, dilations: 1, filterShape: filter },
    );

const conv3d =
  (strides: number | Cube, pad: 'same' | 'valid', dilations: number | Cube = 1): Case['op'] =>
  (x, f) =>
    tf.conv3d(volume(x), volume(f), strides, pad, 'NDHWC', dilations);
interface CubeLayer {
  readonly x: [number, number, number, number, number];
  readonly filter: [number, number, number, number, number];
  readonly strides: number | Cube;
  readonly pad: 'same' | 'valid';
}
const cubeLayers: readonly CubeLayer[] = [
  { x: [2, 4, 5, 3, 2], filter: [3, 3, 2, 2, 3], strides: 1, pad: 'same' },
  { x: [1, 5, 4, 6, 2], filter: [2, 3, 3, 2, 2], strides: [2, 1, 3], pad: 'valid' },
  { x: [1, 4, 5, 7, 1], filter: [2, 2, 1, 1, 2], strides: 3, pad: 'same' },
];
const conv3dOut = ({ x, filter, strides, pad }: CubeLayer): number[] =>
  tf.backend_util.computeConv3DInfo(x, filter, strides, 1, pad).outShape;

const dilationAttrs = { strides: [1, 2], pad: 'same', dilations: 1 } as const;
const dilation2d =
  (strides: Steps, pad: 'same' | 'valid', dilations: Steps = 1): Case['op'] =>
  (x, f) =>
    tf.dilation2d(picture(x), f as tf.Tensor3D, strides, pad, dilations);
const dilationGradient =
  (kernel: string): Case['op'] =>
  (x, filter, dy) =>
    run(kernel, { x: t(x), filter: t(filter), dy: t(dy) }, dilationAttrs);

/** Cases for depthwise and three-dimensional convolutions and for dilations. */
export const windowCases = {
  Conv3D: [
    ...cubeLayers.map(({ x, filter, strides, pad }) => on(conv3d(strides, pad), x, filter)),
    on(conv3d(1, 'same', 2), [1, 5, 5, 4, 2], [2, 3, 2, 2, 2]),
  ],
  Conv3DBackpropFilterV2: cubeLayers.map((layer) =>
    on(
      (x, dy) =>
        run(
          'Conv3DBackpropFilterV2',
          { x: t(x), dy: t(dy) },
          { strides: layer.strides, pad: layer.pad, filterShape: layer.filter },
        ),
      layer.x,
      conv3dOut(layer),
    ),
  ),
  Conv3DBackpropInputV2: cubeLayers.map((layer) =>
    on(
      (dy, filter) =>
        run(
          'Conv3DBackpropInputV2',
          { dy: t(dy), filter: t(filter) },
          { strides: layer.strides, pad: layer.pad, inputShape: layer.x },
        ),
      conv3dOut(layer),
      layer.filter,
    ),
  ),
  DepthwiseConv2dNative: [
    ...layers.map(({ x, filter, strides, pad }) => on(depthwise(strides, pad), x, filter)),
    on(depthwise(1, 'same', [2, 3]), [1, 7, 8, 2], [3, 2, 2, 2]),
  ],
  DepthwiseConv2dNativeBackpropFilter: layers.map((layer) =>
    on(depthwiseFilter(layer), layer.x, depthwiseOut(layer)),
  ),
  DepthwiseConv2dNativeBackpropInput: layers.map((layer) =>
    on(depthwiseInput(layer), depthwiseOut(layer), layer.filter),
  ),
  Dilation2D: [
    on(dilation2d(1, 'same'), [2, 4, 5, 2], [3, 2, 2]),
    on(dilation2d([2, 1], 'valid'), [1, 6, 5, 1], [2, 3, 1]),
    on(dilation2d(1, 'same', 2), [1, 6, 5, 2], [2, 2, 2]),
  ],
  Dilation2DBackpropFilter: [
    on(dilationGradient('Dilation2DBackpropFilter'), [2, 4, 5, 2], [3, 2, 2], [2, 4, 3, 2]),
  ],
  Dilation2DBackpropInput: [
    on(dilationGradient('Dilation2DBackpropInput'), [2, 4, 5, 2], [3, 2, 2], [2, 4, 3, 2]),
  ],
  FusedDepthwiseConv2D: fusedActivations.map((each) =>
    on(
      (x, filter, bias, alpha) =>
        tf.fused.depthwiseConv2d({
          x: picture(x),
          filter: picture(filter),
          strides: 2,
          pad: 'same',
          ...fusedWith(each, bias, alpha),
        }),
      [2, 5, 5, 2],
      [3, 3, 2, 2],
      [4],
      [4],
    ),
  ),
} satisfies Record<string, Case[]>;
