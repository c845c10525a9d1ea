import * as tf from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import type { ConvolutionForm } from '../backend.js';
import { compile } from '../compile.js';
import { cases } from '../testing/kernel-cases.js';
import type { Op } from '../testing/linear-cases.js';
import { rules } from './index.js';

const numbersFor = (count: number, salt: number, positive: boolean): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => {
    const x = Math.sin((i + 1) * 12.9898 + salt * 78.233) * 1.7 + 0.01;
    return positive ? Math.abs(x) + 0.2 : x;
  });

/** The op in eager tfjs, on the cpu backend. */
function eager(op: Op, inputs: { numbers: Float32Array; shape: number[] }[]) {
  void tf.setBackend('cpu');
  return tf.tidy(() => {
    const result = tf.cast(
      op(...inputs.map(({ numbers, shape }) => tf.tensor(numbers, shape))),
      'float32',
    );
    return { shape: result.shape, numbers: Array.from(result.dataSync()) };
  });
}

async function traced(
  op: Op,
  inputs: { numbers: Float32Array; shape: number[] }[],
  form: ConvolutionForm,
) {
  void tf.setBackend('cpu');
  const names = inputs.map((_, i) => `x${i}`);
  const { model } = compile(
    (fed) => ({ y: tf.cast(op(...names.map((name) => fed[name] as tf.Tensor)), 'float32') }),
    {
      name: 'case',
      form,
      inputs: Object.fromEntries(
        inputs.map(({ shape }, i) => [`x${i}`, { shape, dtype: 'float32' as const }]),
      ),
    },
  );
  const session = await ort.InferenceSession.create(model.bytes);
  const feeds = inputs.map(
    ({ numbers, shape }, i) => [`x${i}`, new ort.Tensor('float32', numbers, shape)] as const,
  );
  const used = new Set(session.inputNames);
  const { y } = await session.run(Object.fromEntries(feeds.filter(([name]) => used.has(name))));
  await session.release();
  return {
    shape: [...(y as ort.Tensor).dims],
    numbers: Array.from((y as ort.Tensor).data as Float32Array),
  };
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
          const worst = Math.max(
            ...actual.numbers.map(
              (x, i) => Math.abs(x - (expected.numbers[i] as number)) / (1 + Math.abs(x)),
            ),
          );
          // float32 sums of at most a few hundred products in another order
          expect(worst).toBeLessThanOrEqual(1e-5);
        }
      });
    }
  }

  it('refuse a convolution that tfjs sizes by the height alone', () => {
    const inputs = { x: { shape: [1, 1, 5, 1], dtype: 'float32' } } as const;
    const conv = ({ x }: Readonly<Record<string, tf.Tensor>>) => ({
      y: tf.conv2d(x as tf.Tensor4D, tf.ones([2, 4, 1, 1]), [2, 4], 1),
    });
    expect(() => compile(conv, { name: 'conv', form: 'gather', inputs })).toThrow(
      /convolution: expected an output of 1 x 1, tfjs says 1 x 3: use the pad 'same'/,
    );
  });

  it('have a case each', () => {
    expect(Object.keys(cases).sort()).toEqual(Object.keys(rules).sort());
  });
});
