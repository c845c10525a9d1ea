import * as tf from '@tensorflow/tfjs-core';
import { but, type Case, on, picture, run } from './case.js';

const t = (x: tf.Tensor | undefined): tf.Tensor => x as tf.Tensor;
const matMul =
  (transposeA = false, transposeB = false): Case['op'] =>
  (a, b) =>
    tf.matMul(t(a), t(b), transposeA, transposeB);

export const fusedActivations = [
  'linear',
  'relu',
  'relu6',
  'elu',
  'sigmoid',
  'leakyrelu',
  'prelu',
] as const;
type Activation = (typeof fusedActivations)[number];

/** What fused ops take beside their operands; the weights of prelu are an input like the others. */
export const fusedWith = (activation: Activation, bias?: tf.Tensor, alpha?: tf.Tensor) => ({
  activation,
  leakyreluAlpha: 0.3,
  ...(bias && { bias }),
  ...(activation === 'prelu' && alpha && { preluActivationWeights: alpha }),
});

const fusedMatMul =
  (activation: Activation): Case['op'] =>
  (a, b, bias, alpha) =>
    tf.fused.matMul({ a: t(a), b: t(b), ...fusedWith(activation, bias, alpha) });

const einsum =
  (equation: string): Case['op'] =>
  (...all) =>
    tf.einsum(equation, ...all);
const bandPart =
  (lower: number, upper: number): Case['op'] =>
  (x) =>
    tf.linalg.bandPart(t(x), lower, upper);
const bandKernel =
  (lower: number, upper: number): Case['op'] =>
  (x) =>
    run('MatrixBandPart', {
      input: t(x),
      numLower: tf.scalar(lower, 'int32'),
      numUpper: tf.scalar(upper, 'int32'),
    });

/** Cases for kernels of matrices. */
export const matrixCases = {
  BatchMatMul: [
    on(matMul(), [3, 4], [4, 2]),
    on(matMul(true, true), [4, 3], [2, 4]),
    on(matMul(true), [4, 3], [4, 2]),
    on(matMul(), [1, 3, 4], [1, 4, 2]),
    on(matMul(), [2, 3, 4], [2, 4, 2]),
    on(matMul(true, true), [2, 4, 3], [2, 2, 4]),
    on(matMul(), [2, 3, 4], [1, 4, 2]),
    on(matMul(true), [2, 4, 3], [1, 4, 2]),
    on(matMul(), [1, 3, 4], [5, 4, 2]),
    on(matMul(false, true), [2, 3, 3, 4], [2, 4]),
    on(matMul(), [2, 2, 3, 4], [2, 2, 4, 2]),
    on(matMul(), [0, 4], [4, 2]),
    but(on(matMul(), [3, 4], [4, 2]), { dtypes: ['int32', 'int32'] }),
    but(
      on((a, b, bias) => tf.add(tf.matMul(t(a), t(b)), t(bias)), [3, 4], [4, 2], [2]),
      { dtypes: ['int32', 'int32', 'int32'] },
    ),
    // tfjs's cpu backend goes through the matrices of each side in turn, whatever their batches are.
    {
      ...on(matMul(), [2, 1, 1, 1], [1, 3, 1, 1]),
      values: [
        [2, 3],
        [5, 7, 11],
      ],
      expected: [10, 14, 22, 15, 21, 33],
    },
  ],
  _FusedMatMul: [
    ...fusedActivations.map((each) => on(fusedMatMul(each), [3, 4], [4, 2], [2], [2])),
    on((a, b) => tf.fused.matMul({ a: t(a), b: t(b), activation: 'relu' }), [3, 4], [4, 2]),
  ],
  Diag: [
    on((x) => tf.diag(t(x)), [4]),
    on((x) => tf.diag(t(x)), [2, 3]),
    but(
      on((x) => tf.diag(t(x)), [3]),
      { dtypes: ['int32'] },
    ),
  ],
  Einsum: [
    on(einsum('ij,jk->ik'), [3, 4], [4, 2]),
    on(einsum('bij, bjk -> bik'), [2, 3, 4], [2, 4, 2]),
    on(einsum('ij->j'), [3, 4]),
    on(einsum('i,i->'), [4], [4]),
    on(einsum('bhwc,bhwd->bcd'), [2, 2, 3, 2], [2, 2, 3, 4]),
  ],
  // tf.linalg.bandPart is made of other kernels.
  MatrixBandPart: (
    [
      [1, 0],
      [0, 2],
      [-1, 1],
      [-1, -1],
    ] as const
  ).flatMap(([lower, upper]) =>
    [
      [4, 4],
      [2, 3, 5],
    ].map((shape) => ({
      ...on(bandKernel(lower, upper), shape),
      expected: bandPart(lower, upper),
    })),
  ),
} satisfies Record<string, Case[]>;

type Sizes = [number, number, number, number];
type Pad = 'same' | 'valid' | number | [[0, 0], [number, number], [number, number], [0, 0]];
type Steps = number | [number, number];

const conv =
  (strides: Steps, pad: Pad, dilations: Steps = 1): Case['op'] =>
  (x, f) =>
    tf.conv2d(picture(x), picture(f), strides, pad, 'NHWC', dilations);
const explicit = (top: number, bottom: number, left: number, right: number): Pad => [
  [0, 0],
  [top, bottom],
  [left, right],
  [0, 0],
];
const convTranspose =
  (shape: number[], strides: Steps, pad: Exclude<Pad, object>): Case['op'] =>
  (x, f) =>
    tf.conv2dTranspose(picture(x), picture(f), shape as Sizes, strides, pad);
/** dx from dy and the filter. */
const inputGradient =
  (inputShape: number[], strides: Steps, pad: Pad): Case['op'] =>
  (dy, filter) =>
    run(
      'Conv2DBackpropInput',
      { dy: t(dy), filter: t(filter) },
      { strides, pad, dataFormat: 'NHWC', inputShape },
    );
/** dfilter from x and dy. */
const filterGradient =
  (filterShape: number[], strides: Steps, pad: Pad): Case['op'] =>
  (x, dy) =>
    run(
      'Conv2DBackpropFilter',
      { x: t(x), dy: t(dy) },
      { strides, pad, dataFormat: 'NHWC', filterShape },
    );

/** A layer of a network: the picture, the filter, and how one goes over the other. */
interface Layer {
  readonly x: Sizes;
  readonly filter: Sizes;
  readonly strides: Steps;
  readonly pad: Pad;
}
const layers: readonly Layer[] = [
  { x: [2, 7, 7, 3], filter: [5, 5, 3, 4], strides: 2, pad: 'same' },
  { x: [2, 6, 5, 3], filter: [3, 2, 3, 4], strides: 1, pad: 'valid' },
  { x: [1, 6, 5, 2], filter: [3, 3, 2, 3], strides: [1, 2], pad: 'same' },
  { x: [2, 7, 8, 2], filter: [3, 4, 2, 3], strides: [3, 2], pad: 'valid' },
  { x: [1, 6, 5, 2], filter: [3, 3, 2, 3], strides: 2, pad: 1 },
  { x: [2, 4, 4, 3], filter: [1, 1, 3, 2], strides: 1, pad: 'same' },
  { x: [2, 5, 4, 3], filter: [1, 1, 3, 2], strides: 2, pad: 'same' },
  { x: [1, 5, 6, 2], filter: [3, 2, 2, 3], strides: 2, pad: explicit(2, 0, 1, 3) },
  { x: [1, 5, 6, 1], filter: [3, 3, 1, 1], strides: 1, pad: explicit(0, 2, 3, 0) },
  { x: [2, 2, 3, 2], filter: [5, 5, 2, 3], strides: 1, pad: 'same' },
  { x: [2, 2, 3, 2], filter: [4, 6, 2, 1], strides: 2, pad: 'same' },
  { x: [1, 7, 9, 2], filter: [2, 2, 2, 3], strides: 3, pad: 'valid' },
  { x: [1, 7, 8, 2], filter: [2, 1, 2, 3], strides: 4, pad: 'same' },
  { x: [3, 1, 1, 2], filter: [1, 1, 2, 2], strides: 1, pad: 'valid' },
  // Gathered as single numbers, of all pictures at once.
  { x: [16, 5, 6, 1], filter: [3, 3, 1, 2], strides: 2, pad: 'same' },
];

const outShape = ({ x, filter, strides, pad }: Layer): number[] =>
  tf.backend_util.computeConv2DInfo(x, filter, strides, 1, pad).outShape;

const fusedConv =
  (activation: Activation): Case['op'] =>
  (x, filter, bias, alpha) =>
    tf.fused.conv2d({
      x: picture(x),
      filter: picture(filter),
      strides: 2,
      pad: 'same',
      ...fusedWith(activation, bias, alpha),
    });

/** Cases for convolutions of pictures. */
export const convolutionCases = {
  Conv2D: [
    ...layers.map(({ x, filter, strides, pad }) => on(conv(strides, pad), x, filter)),
    on(conv(1, 'same', 2), [2, 7, 6, 2], [3, 3, 2, 3]),
    on(conv(1, 'valid', [2, 3]), [1, 8, 9, 2], [3, 2, 2, 3]),
    on(conv(1, explicit(2, 1, 0, 3), [3, 1]), [1, 6, 5, 2], [2, 3, 2, 1]),
    on(conv(1, 'same', 4), [1, 3, 3, 1], [3, 3, 1, 2]),
    // As many windows of one pixel as pixels, which lie elsewhere.
    on(conv(2, explicit(1, 1, 1, 1)), [1, 3, 3, 2], [1, 1, 2, 3]),
  ],
  Conv2DBackpropFilter: layers.map((layer) =>
    on(filterGradient(layer.filter, layer.strides, layer.pad), layer.x, outShape(layer)),
  ),
  Conv2DBackpropInput: [
    ...layers.map((layer) =>
      on(inputGradient(layer.x, layer.strides, layer.pad), outShape(layer), layer.filter),
    ),
    on(convTranspose([2, 14, 14, 3], 2, 'same'), [2, 7, 7, 4], [4, 4, 3, 4]),
    on(convTranspose([2, 7, 7, 3], 2, 'same'), [2, 4, 4, 2], [5, 5, 3, 2]),
    on(convTranspose([1, 9, 9, 1], 2, 'valid'), [1, 4, 4, 2], [3, 3, 1, 2]),
    on(convTranspose([1, 6, 6, 1], 3, 'same'), [1, 2, 2, 2], [2, 2, 1, 2]),
    on(convTranspose([2, 5, 5, 2], 1, 'same'), [2, 5, 5, 3], [3, 3, 2, 3]),
  ],
  FusedConv2D: fusedActivations.map((each) =>
    on(fusedConv(each), [2, 5, 5, 2], [3, 3, 2, 3], [3], [3]),
  ),
} satisfies Record<string, Case[]>;
