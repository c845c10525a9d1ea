import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
import { beforeEach, describe, expect, it } from 'vitest';
import { compile } from '../compile.js';
import { decodeModel } from '../onnx.js';
import { type Case, on, picture, run } from '../testing/case.js';
import { runEager, runTraced } from '../testing/run-cases.js';

type Sizes = [number, number, number, number];

/** A layer whose gathered windows are too large for one part. */
interface Layer {
  readonly x: Sizes;
  readonly filter: Sizes;
  readonly strides: 1 | 2;
  readonly pad: 'same' | [[0, 0], [number, number], [number, number], [0, 0]];
}

const dy = ({ x, filter, strides, pad }: Layer): number[] =>
  tf.backend_util.computeConv2DInfo(x, filter, strides, 1, pad).outShape;
const attrs = ({ strides, pad }: Layer) => ({ strides, pad, dataFormat: 'NHWC' });

const forward = (layer: Layer): Case =>
  on(
    (x, filter) => tf.conv2d(picture(x), picture(filter), layer.strides, layer.pad),
    layer.x,
    layer.filter,
  );
const withBias = (layer: Layer): Case =>
  on(
    (x, filter, bias) =>
      tf.add(tf.conv2d(picture(x), picture(filter), layer.strides, layer.pad), picture(bias)),
    layer.x,
    layer.filter,
    [layer.filter[3]],
  );
const filterGradient = (layer: Layer): Case =>
  on(
    (x, gradient) =>
      run(
        'Conv2DBackpropFilter',
        { x: picture(x), dy: picture(gradient) },
        { ...attrs(layer), filterShape: layer.filter },
      ),
    layer.x,
    dy(layer),
  );
const inputGradient = (layer: Layer): Case =>
  on(
    (gradient, filter) =>
      run(
        'Conv2DBackpropInput',
        { dy: picture(gradient), filter: picture(filter) },
        { ...attrs(layer), inputShape: layer.x },
      ),
    dy(layer),
    layer.filter,
  );

// Windows of 20 MB and of 15 MB, where a part has at most 8 MiB.
const wide: Layer = { x: [2, 62, 40, 40], filter: [5, 5, 40, 1], strides: 1, pad: 'same' };
const strided: Layer = {
  x: [2, 61, 60, 40],
  filter: [7, 7, 40, 1],
  strides: 2,
  pad: [
    [0, 0],
    [3, 2],
    [2, 3],
    [0, 0],
  ],
};
// The gradient by the input has windows over what comes out: 20 MB, and 11 MB for each of four parities.
const wideOut: Layer = { x: [2, 62, 40, 5], filter: [5, 5, 5, 40], strides: 1, pad: 'same' };
const stridedOut: Layer = { x: [2, 61, 60, 5], filter: [6, 6, 5, 160], strides: 2, pad: 'same' };
// For up to four channels it gathers from one product of all windows: 15 MB, but not in parts.
const fewChannels: Layer = { x: [2, 62, 40, 3], filter: [5, 5, 3, 8], strides: 1, pad: 'same' };

// And in how many parts each is multiplied.
const cases: readonly [string, Case, number][] = [
  ['a convolution', forward(wide), 3],
  ['a convolution with strides', forward(strided), 2],
  ['a convolution and its bias', withBias(wide), 3],
  ['the gradient by the filter', filterGradient(wide), 3],
  ['the gradient by a filter with strides', filterGradient(strided), 2],
  ['the gradient by the input', inputGradient(wideOut), 3],
  ['the gradient by the input with strides', inputGradient(stridedOut), 2 * 4],
  ['the gradient by an input of few channels', inputGradient(fewChannels), 1],
];

/** The same case on small whole numbers: float32 holds their sums exactly, in whatever order. */
const onWholeNumbers = (base: Case): Case => ({
  ...base,
  values: base.shapes.map((shape, input) =>
    Array.from({ length: tf.util.sizeFromShape([...shape]) }, (_, i) => {
      return ((i * 7 + (i >> 5) * 3 + input) % 13) - 6;
    }),
  ),
});

/** The ops of a case's graph. */
function opsOf({ op, shapes }: Case): string[] {
  const inputs = Object.fromEntries(
    shapes.map((shape, i) => [`x${i}`, { shape, dtype: 'float32' as const }]),
  );
  const { model } = compile((fed) => ({ y: op(...Object.values(fed)) as tf.Tensor }), {
    name: 'parts',
    form: 'gather',
    inputs,
  });
  return decodeModel(model.bytes).graph.node.map(({ opType }) => opType);
}

beforeEach(() => {
  void tf.setBackend('cpu');
});

describe('windows that are gathered and multiplied in parts', () => {
  it.each(cases)('give %s, to the bit', async (_, each, count) => {
    const ops = opsOf(each);
    expect(ops.filter((op) => op === 'MatMul' || op === 'Gemm').length).toBe(count);
    // Products add a bias, and the parts before them, as they multiply.
    expect(ops).not.toContain('Add');
    const whole = onWholeNumbers(each);
    const [traced] = await runTraced([whole], { form: 'gather', channelsFirst: false });
    const [actual] = traced ?? [];
    const { results } = await runEager(whole);
    expect(actual?.shape).toEqual(results[0]?.shape);
    const wrong = actual?.numbers.filter((x, i) => x !== results[0]?.numbers[i]);
    expect(wrong).toEqual([]);
    // There is something to be wrong about.
    expect(new Set(actual?.numbers).size).toBeGreaterThan(100);
  });
});
