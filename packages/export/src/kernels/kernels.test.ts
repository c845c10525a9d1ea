import * as tf from '@tensorflow/tfjs-core';
// Registers tfjs's gradients, which tfjs-core alone does not.
import '@tensorflow/tfjs-layers';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import type { ConvolutionForm } from '../backend.js';
import { compile } from '../compile.js';
import { rules } from './index.js';

type Op = (...inputs: tf.Tensor[]) => tf.Tensor;

/** A case: the op, and the shapes of its inputs, filled with fixed numbers that avoid kinks at 0. */
interface Case {
  readonly op: Op;
  readonly shapes: readonly number[][];
  readonly positive?: boolean;
}

const numbersFor = (count: number, salt: number, positive: boolean): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => {
    const x = Math.sin((i + 1) * 12.9898 + salt * 78.233) * 1.7 + 0.01;
    return positive ? Math.abs(x) + 0.2 : x;
  });

const conv = (stride: number | [number, number], pad: 'same' | 'valid' | number, dilation = 1): Op =>
  (x, f) => tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, stride, pad, 'NHWC', dilation);
const convTranspose = (shape: number[], stride: number, pad: 'same' | 'valid'): Op =>
  (x, f) =>
    tf.conv2dTranspose(x as tf.Tensor4D, f as tf.Tensor4D, shape as [number, number, number, number], stride, pad);
const filterGradient = (strides: number, pad: 'same' | 'valid'): Op =>
  (x, f) =>
    tf.grad((filter: tf.Tensor) => tf.sum(tf.square(tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, strides, pad))))(f as tf.Tensor);

const unary = (op: Op, positive = false): Case[] => [
  { op, shapes: [[2, 3]], positive },
  { op, shapes: [[]], positive },
  { op, shapes: [[2, 3, 3, 2]], positive },
];
const binary = (op: Op, positive = false): Case[] => [
  { op, shapes: [[2, 3], [2, 3]], positive },
  { op, shapes: [[2, 3], [3]], positive },
  { op, shapes: [[2, 1, 3], [4, 1]], positive },
  { op, shapes: [[], [2, 2, 3, 2]], positive },
];
const asFloat = (op: Op): Op => (...inputs) => tf.cast(op(...inputs), 'float32');

const cases: Record<keyof typeof rules, Case[]> = {
  Abs: unary(tf.abs),
  Add: binary(tf.add),
  BatchMatMul: [
    { op: (a, b) => tf.matMul(a, b), shapes: [[3, 4], [4, 2]] },
    { op: (a, b) => tf.matMul(a, b, true, true), shapes: [[4, 3], [2, 4]] },
    { op: (a, b) => tf.matMul(a, b), shapes: [[1, 3, 4], [1, 4, 2]] },
  ],
  _FusedMatMul: [
    { op: (a, b, bias) => tf.fused.matMul({ a, b, bias, activation: 'relu' }), shapes: [[3, 4], [4, 2], [2]] },
    { op: (a, b) => tf.fused.matMul({ a, b, activation: 'linear' }), shapes: [[3, 4], [4, 2]] },
  ],
  Cast: [{ op: (x) => tf.cast(tf.cast(x, 'int32'), 'float32'), shapes: [[5]] }],
  Concat: [
    { op: (a, b) => tf.concat([a, b], 0), shapes: [[2, 3], [4, 3]] },
    { op: (a, b) => tf.concat([a, b], -1), shapes: [[2, 3], [2, 1]] },
    { op: (a, b) => tf.concat([a, b], 3), shapes: [[2, 3, 3, 1], [2, 3, 3, 2]] },
  ],
  Conv2D: [
    { op: conv(2, 'same'), shapes: [[2, 7, 7, 3], [5, 5, 3, 4]] },
    { op: conv(1, 'valid'), shapes: [[2, 6, 5, 3], [3, 2, 3, 4]] },
    { op: conv([1, 2], 'same'), shapes: [[1, 6, 5, 2], [3, 3, 2, 3]] },
    { op: conv(2, 1), shapes: [[1, 6, 5, 2], [3, 3, 2, 3]] },
    { op: conv(1, 'same', 2), shapes: [[2, 7, 6, 2], [3, 3, 2, 3]] },
    { op: conv(1, 'same'), shapes: [[2, 4, 4, 3], [1, 1, 3, 2]] },
  ],
  FusedConv2D: [
    {
      op: (x, filter, bias) =>
        tf.fused.conv2d({ x: x as tf.Tensor4D, filter: filter as tf.Tensor4D, strides: 2, pad: 'same', bias, activation: 'relu' }),
      shapes: [[2, 5, 5, 2], [3, 3, 2, 3], [3]],
    },
  ],
  Conv2DBackpropInput: [
    { op: convTranspose([2, 14, 14, 3], 2, 'same'), shapes: [[2, 7, 7, 4], [4, 4, 3, 4]] },
    { op: convTranspose([2, 7, 7, 3], 2, 'same'), shapes: [[2, 4, 4, 2], [5, 5, 3, 2]] },
    { op: convTranspose([1, 9, 9, 1], 2, 'valid'), shapes: [[1, 4, 4, 2], [3, 3, 1, 2]] },
    { op: convTranspose([1, 6, 6, 1], 3, 'same'), shapes: [[1, 2, 2, 2], [2, 2, 1, 2]] },
    { op: convTranspose([2, 5, 5, 2], 1, 'same'), shapes: [[2, 5, 5, 3], [3, 3, 2, 3]] },
  ],
  Conv2DBackpropFilter: [
    { op: filterGradient(2, 'same'), shapes: [[2, 7, 7, 3], [5, 5, 3, 4]] },
    { op: filterGradient(1, 'valid'), shapes: [[2, 6, 5, 3], [3, 2, 3, 4]] },
  ],
  Equal: binary(asFloat((a, b) => tf.equal(tf.cast(a, 'int32'), tf.cast(b, 'int32')))),
  Exp: unary(tf.exp),
  ExpandDims: [{ op: (x) => tf.expandDims(x, -1), shapes: [[2, 3]] }, { op: (x) => tf.expandDims(x, 0), shapes: [[2]] }],
  Fill: [{ op: (x) => tf.add(x, tf.fill([2, 2], 3)), shapes: [[2, 2]] }],
  Greater: binary(asFloat(tf.greater)),
  Identity: [{ op: tf.clone, shapes: [[2, 3]] }],
  LeakyRelu: unary((x) => tf.leakyRelu(x, 0.2)),
  Less: binary(asFloat(tf.less)),
  Log: unary(tf.log, true),
  LogSoftmax: [{ op: (x) => tf.logSoftmax(x), shapes: [[3, 5]] }],
  Max: [{ op: (x) => tf.max(x, 1), shapes: [[2, 3, 4]] }, { op: (x) => tf.max(x), shapes: [[2, 3]] }],
  Maximum: binary(tf.maximum),
  Mean: [
    { op: (x) => tf.mean(x), shapes: [[2, 3]] },
    { op: (x) => tf.mean(x, -1, true), shapes: [[2, 3, 3, 4]] },
    { op: (x) => tf.mean(x, [1, 2]), shapes: [[2, 3, 3, 4]] },
  ],
  Min: [{ op: (x) => tf.min(x, [0, 2]), shapes: [[2, 3, 4]] }],
  Minimum: binary(tf.minimum),
  Multiply: binary(tf.mul),
  Neg: unary(tf.neg),
  OneHot: [
    { op: (x) => tf.oneHot(tf.cast(tf.abs(x), 'int32'), 3), shapes: [[6]] },
    { op: (x) => tf.oneHot(tf.cast(tf.abs(x), 'int32'), 3, 0.9, -0.1, 'float32'), shapes: [[2, 3]] },
  ],
  OnesLike: [{ op: (x) => tf.add(x, tf.onesLike(x)), shapes: [[2, 3]] }],
  PadV2: [
    { op: (x) => tf.pad(x, [[1, 2], [0, 3]], 0.5), shapes: [[2, 3]] },
    { op: (x) => tf.pad(x, [[0, 0], [1, 1], [2, 0], [0, 0]]), shapes: [[2, 3, 3, 2]] },
  ],
  Pow: binary((a, b) => tf.pow(a, b), true),
  RealDiv: binary(tf.div, true),
  Reciprocal: unary(tf.reciprocal, true),
  Relu: unary(tf.relu),
  Reshape: [{ op: (x) => tf.reshape(x, [3, -1]), shapes: [[2, 3, 2]] }, { op: (x) => tf.reshape(x, []), shapes: [[1, 1]] }],
  Rsqrt: unary(tf.rsqrt, true),
  Sigmoid: unary(tf.sigmoid),
  Slice: [{ op: (x) => tf.slice(x, [0, 1], [2, -1]), shapes: [[3, 4]] }],
  Softmax: [{ op: (x) => tf.softmax(x), shapes: [[3, 5]] }],
  Softplus: unary(tf.softplus),
  Sqrt: unary(tf.sqrt, true),
  Square: unary(tf.square),
  SquaredDifference: binary(tf.squaredDifference),
  Step: unary((x) => tf.step(x, 0.2)),
  Sub: binary(tf.sub),
  Sum: [
    { op: (x) => tf.sum(x, [0, 1, 2]), shapes: [[2, 3, 3, 4]] },
    { op: (x) => tf.sum(x, -1, true), shapes: [[2, 3]] },
    { op: (x) => tf.sum(x), shapes: [[]] },
  ],
  Tanh: unary(tf.tanh),
  Tile: [{ op: (x) => tf.tile(x, [2, 3]), shapes: [[2, 2]] }],
  Transpose: [{ op: (x) => tf.transpose(x, [2, 0, 1]), shapes: [[2, 3, 4]] }],
  ZerosLike: [{ op: (x) => tf.add(x, tf.zerosLike(x)), shapes: [[2, 3]] }],
};

/** The op in eager tfjs, on the cpu backend. */
function eager(op: Op, inputs: { numbers: Float32Array; shape: number[] }[]) {
  tf.setBackend('cpu');
  return tf.tidy(() => {
    const result = tf.cast(op(...inputs.map(({ numbers, shape }) => tf.tensor(numbers, shape))), 'float32');
    return { shape: result.shape, numbers: Array.from(result.dataSync()) };
  });
}

async function traced(op: Op, inputs: { numbers: Float32Array; shape: number[] }[], form: ConvolutionForm) {
  tf.setBackend('cpu');
  const names = inputs.map((_, i) => `x${i}`);
  const { model } = compile(
    (fed) => ({ y: tf.cast(op(...names.map((name) => fed[name] as tf.Tensor)), 'float32') }),
    {
      name: 'case',
      form,
      inputs: Object.fromEntries(inputs.map(({ shape }, i) => [`x${i}`, { shape, dtype: 'float32' as const }])),
    },
  );
  const session = await ort.InferenceSession.create(model.bytes);
  const feeds = inputs.map(({ numbers, shape }, i) => [`x${i}`, new ort.Tensor('float32', numbers, shape)] as const);
  const used = new Set(session.inputNames);
  const { y } = await session.run(Object.fromEntries(feeds.filter(([name]) => used.has(name))));
  await session.release();
  return { shape: [...(y as ort.Tensor).dims], numbers: Array.from((y as ort.Tensor).data as Float32Array) };
}

/** Ops only the training form has. */
const gatherOnly = new Set(['Conv2DBackpropFilter']);

describe('rules', () => {
  for (const [kernel, list] of Object.entries(cases)) {
    for (const form of ['gather', 'conv'] as const) {
      if (form === 'conv' && gatherOnly.has(kernel)) continue;
      it(`${kernel} equals tfjs on cpu in the form ${form}`, async () => {
        for (const { op, shapes, positive } of list) {
          const inputs = shapes.map((shape, i) => {
            const count = shape.reduce((a, b) => a * b, 1);
            return { shape, numbers: numbersFor(count, i, positive ?? false) };
          });
          const expected = eager(op, inputs);
          const actual = await traced(op, inputs, form);
          expect(actual.shape).toEqual(expected.shape);
          const worst = Math.max(...actual.numbers.map((x, i) => Math.abs(x - (expected.numbers[i] as number)) / (1 + Math.abs(x))));
          // float32 sums of at most a few hundred products in another order
          expect(worst).toBeLessThanOrEqual(1e-5);
        }
      });
    }
  }

  it('have a case each', () => {
    expect(Object.keys(cases).sort()).toEqual(Object.keys(rules).sort());
  });
});
