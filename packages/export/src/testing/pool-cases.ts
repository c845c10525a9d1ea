import * as tf from '@tensorflow/tfjs-core';
import { adjoint, but, type Case, on, picture, run, volume } from './case.js';

const t = (x: tf.Tensor | undefined): tf.Tensor => x as tf.Tensor;
type Sizes = [number, number, number, number];
type Pad = 'same' | 'valid' | number | [[0, 0], [number, number], [number, number], [0, 0]];
type Steps = number | [number, number];
type Cube = [number, number, number];

/** How a window of one size goes over pictures. */
interface Window {
  readonly x: Sizes;
  readonly filterSize: Steps;
  readonly strides: Steps;
  readonly pad: Pad;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}
const windows: readonly Window[] = [
  { x: [2, 4, 6, 3], filterSize: 2, strides: 2, pad: 'valid' },
  { x: [2, 5, 5, 2], filterSize: 2, strides: 2, pad: 'same' },
  { x: [1, 6, 5, 2], filterSize: 3, strides: 2, pad: 'same' },
  { x: [1, 5, 6, 2], filterSize: 3, strides: 1, pad: 'same' },
  { x: [1, 7, 8, 1], filterSize: [2, 3], strides: [3, 1], pad: 'valid' },
  { x: [1, 5, 5, 1], filterSize: 3, strides: 2, pad: 1, dimRoundingMode: 'floor' },
  { x: [1, 6, 6, 1], filterSize: 3, strides: 2, pad: 1, dimRoundingMode: 'ceil' },
  {
    x: [1, 5, 6, 2],
    filterSize: 3,
    strides: 2,
    pad: [
      [0, 0],
      [2, 0],
      [0, 1],
      [0, 0],
    ],
  },
  { x: [1, 7, 7, 1], filterSize: 2, strides: 3, pad: 'valid' },
  { x: [1, 3, 3, 2], filterSize: 5, strides: 1, pad: 'same' },
  { x: [1, 3, 2, 2], filterSize: 1, strides: 1, pad: 'valid' },
  { x: [2, 3, 2, 2], filterSize: [3, 2], strides: 1, pad: 'valid' },
];

const maxPool =
  ({ filterSize, strides, pad, dimRoundingMode }: Window) =>
  (x: tf.Tensor | undefined) =>
    tf.maxPool(picture(x), filterSize, strides, pad, dimRoundingMode);
const avgPool =
  ({ filterSize, strides, pad, dimRoundingMode }: Window) =>
  (x: tf.Tensor | undefined) =>
    tf.avgPool(picture(x), filterSize, strides, pad, dimRoundingMode);
const outShape = ({ x, filterSize, strides, pad, dimRoundingMode }: Window): number[] =>
  tf.backend_util.computePool2DInfo(x, filterSize, strides, 1, pad, dimRoundingMode).outShape;

/** Numbers of which several are equal, as behind a relu. */
const tied = (shape: readonly number[]): number[] =>
  Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) =>
    Math.max(0, ((i * 7) % 5) - 2),
  );

const maxGradient =
  ({ x: _, ...attrs }: Window): Case['op'] =>
  (input, dy) =>
    run('MaxPoolGrad', { dy: t(dy), input: t(input), output: t(dy) }, attrs);
/** tfjs's cpu backend divides by the filter's size where a window hangs over the edge. */
const meanGradient = (window: Window): Case => {
  const { x, ...attrs } = window;
  return {
    ...on(
      (input, dy) => run('AvgPoolGrad', { dy: t(dy), input: t(input) }, attrs),
      x,
      outShape(window),
    ),
    expected: (_, dy) => adjoint(avgPool(window), t(dy), x.slice(1, 3)),
  };
};
// The kernel's attributes have no rounding mode, by which alone some of the windows exist.
const backward = windows.filter(({ dimRoundingMode }) => dimRoundingMode !== 'ceil');

const withArgmax =
  (includeBatchInIndex: boolean, { filterSize, strides, pad }: Window): Case['op'] =>
  (x) => {
    const { result, indexes } = tf.maxPoolWithArgmax(
      picture(x),
      filterSize,
      strides,
      pad as 'same',
      includeBatchInIndex,
    );
    return [result as tf.Tensor, indexes as tf.Tensor];
  };

type CubePad = 'same' | 'valid' | number;
interface CubeWindow {
  readonly x: [number, number, number, number, number];
  readonly filterSize: number | Cube;
  readonly strides: number | Cube;
  readonly pad: CubePad;
}
const cubes: readonly CubeWindow[] = [
  { x: [2, 4, 4, 2, 3], filterSize: 2, strides: 2, pad: 'valid' },
  { x: [1, 5, 4, 3, 2], filterSize: [2, 3, 3], strides: [2, 1, 2], pad: 'same' },
  { x: [1, 4, 5, 7, 1], filterSize: 1, strides: 3, pad: 'same' },
];
const max3d =
  ({ filterSize, strides, pad }: CubeWindow): Case['op'] =>
  (x) =>
    tf.maxPool3d(volume(x), filterSize, strides, pad);
const avg3d =
  ({ filterSize, strides, pad }: CubeWindow) =>
  (x: tf.Tensor | undefined) =>
    tf.avgPool3d(volume(x), filterSize, strides, pad);
const maxGradient3d =
  ({ filterSize, strides, pad }: CubeWindow): Case['op'] =>
  (input, dy) => {
    const inputs = { dy: t(dy), input: t(input), output: t(dy) };
    return run('MaxPool3DGrad', inputs, { filterSize, strides, pad });
  };
const uneven: CubeWindow = { x: [1, 3, 4, 5, 2], filterSize: [3, 2, 3], strides: 1, pad: 'valid' };
const outCube = ({ x, filterSize, strides, pad }: CubeWindow): number[] =>
  tf.backend_util.computePool3DInfo(x, filterSize, strides, 1, pad).outShape;

/** Cases for kernels that pool, and their gradients. */
export const poolCases = {
  AvgPool: windows.map((window) => on(avgPool(window), window.x)),
  AvgPool3D: cubes.map((cube) => on(avg3d(cube), cube.x)),
  AvgPool3DGrad: cubes.map((cube) => {
    const { x, ...attrs } = cube;
    return {
      ...on(
        (input, dy) => run('AvgPool3DGrad', { dy: t(dy), input: t(input) }, attrs),
        x,
        outCube(cube),
      ),
      expected: ((_, dy) => adjoint(avg3d(cube), t(dy), x.slice(1, 4))) as Case['op'],
    };
  }),
  AvgPoolGrad: backward.map(meanGradient),
  MaxPool: [
    ...windows.map((window) => on(maxPool(window), window.x)),
    but(
      on((x) => tf.maxPool(picture(x), 2, 1, 'same'), [1, 3, 3, 2]),
      { dtypes: ['int32'] },
    ),
  ],
  MaxPool3D: cubes.map((cube) => on(max3d(cube), cube.x)),
  MaxPool3DGrad: [
    ...cubes.flatMap((cube) => {
      const base = on(maxGradient3d(cube), cube.x, outCube(cube));
      return [base, but(base, { values: [tied(cube.x), undefined] })];
    }),
    // tfjs's cpu backend miscounts windows of which height and width differ; with depth and height
    // exchanged they do not.
    {
      ...on(maxGradient3d(uneven), uneven.x, outCube(uneven)),
      expected: (input, dy) => {
        const [turned, turnedDy] = [input, dy].map((x) => tf.transpose(t(x), [0, 2, 1, 3, 4]));
        const dx = maxGradient3d({ ...uneven, filterSize: [2, 3, 3] })(t(turned), t(turnedDy));
        return tf.transpose(dx as tf.Tensor, [0, 2, 1, 3, 4]);
      },
    },
  ],
  MaxPoolGrad: windows.flatMap((window) => {
    const base = on(maxGradient(window), window.x, outShape(window));
    return [base, but(base, { values: [tied(window.x), undefined] })];
  }),
  MaxPoolWithArgmax: windows
    .slice(0, 5)
    .flatMap((window) => [
      on(withArgmax(false, window), window.x),
      but(on(withArgmax(true, window), window.x), { values: [tied(window.x)] }),
    ]),
} satisfies Record<string, Case[]>;
