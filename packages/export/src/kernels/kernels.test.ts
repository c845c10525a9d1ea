import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { compile } from '../compile.js';
import { type Case, run } from '../testing/case.js';
import { cases } from '../testing/kernel-cases.js';
import {
  type Arrangement,
  type Result,
  runEager,
  runTraced,
  worstDifference,
} from '../testing/run-cases.js';
import { kernels, rules, unsupported } from './index.js';
import { reasons } from './reasons.js';

const arrangements: readonly (Arrangement & { name: string })[] = [
  { name: 'in the form gather', form: 'gather', channelsFirst: false },
  { name: 'in the form conv', form: 'conv', channelsFirst: false },
  { name: 'in the form conv with pictures in NCHW order', form: 'conv', channelsFirst: true },
];

/** What is right for a case, and whether the kernel was called to find it. */
async function expectedOf(each: Case): Promise<{ results: Result[]; kernels?: string[] }> {
  const { expected, op } = each;
  if (typeof expected === 'function') return runEager(each, expected);
  const eager = await runEager(each, op);
  if (!expected) return eager;
  const [{ shape, dtype }] = eager.results as [Result];
  return { results: [{ shape, dtype, numbers: expected }] };
}

describe('rules', () => {
  for (const [kernel, list] of Object.entries(cases)) {
    for (const { name, ...arrangement } of arrangements) {
      it(`${kernel} equals tfjs on cpu ${name}`, async () => {
        const actual = await runTraced(list, arrangement);
        for (const [i, each] of list.entries()) {
          const expected = await expectedOf(each);
          const said = `case ${i} of shapes [${each.shapes.join('] [')}]`;
          const specs = (results: readonly Result[] = []) =>
            results.map(({ shape, dtype }) => ({ shape, dtype }));
          expect(specs(actual[i]), said).toEqual(specs(expected.results));
          const worst = expected.results.map((result, j) =>
            worstDifference(actual[i]?.[j] as Result, result),
          );
          // float32 sums of at most a few hundred products in another order
          expect(Math.max(...worst), said).toBeLessThanOrEqual(1e-5);
          // A case that does not call the kernel would test nothing.
          if (!each.expected) expect(expected.kernels, said).toContain(kernel);
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
});

/** The message of the error that ends the trace of a function of x `[4]`. */
function refusalOf(op: (x: tf.Tensor) => tf.Tensor): string {
  try {
    compile(({ x }) => ({ y: tf.cast(op(x as tf.Tensor), 'float32') }), {
      name: 'refused',
      form: 'gather',
      inputs: { x: { shape: [4], dtype: 'float32' } },
    });
  } catch (error) {
    return (error as Error).message;
  }
  return 'none';
}

describe('kernels', () => {
  const constants = Object.entries(tf)
    .filter(([name, value]) => name === value)
    .map(([name]) => name);

  it('are all of those of the installed tfjs-core', () => {
    expect(constants.length).toBeGreaterThanOrEqual(180);
    expect(Object.keys(kernels).sort()).toEqual(constants.sort());
  });

  it('have either a rule with cases or a reason', () => {
    expect(Object.keys(cases).sort()).toEqual(Object.keys(rules).sort());
    const named = [...Object.keys(rules), ...Object.keys(unsupported)];
    expect(named.sort()).toEqual(constants.sort());
  });

  it('without a rule are refused with their reason', () => {
    expect(refusalOf((x) => tf.unique(x as tf.Tensor1D).values)).toContain(
      `Unique, called once: ${reasons.Unique}`,
    );
    expect(refusalOf((x) => tf.real(tf.complex(x, x)))).toContain(reasons.Complex);
  });

  it('without a rule are computed where all inputs are known', () => {
    expect(refusalOf(() => tf.unique(tf.tensor1d([1, 2, 1])).values)).toBe('none');
    expect(refusalOf(() => tf.string.stringToHashBucketFast(['a', 'b'], 10))).toBe('none');
    const pixels = { data: new Uint8Array(16), width: 2, height: 2 };
    expect(refusalOf(() => tf.browser.fromPixels(pixels))).toBe('none');
  });

  it('that draw numbers are refused though their inputs are known', () => {
    expect(refusalOf(() => tf.multinomial(tf.ones([2, 3]) as tf.Tensor2D, 4))).toContain(
      reasons.Multinomial,
    );
  });

  it('in which the cpu backend is wrong are not computed by it', async () => {
    // A mean over windows of 2, 2 and 1: each entry gets 1/2 of its window's dy, the last all of it.
    const op = (x: tf.Tensor): tf.Tensor => {
      const input = tf.ones([1, 1, 3, 1]);
      const dy = tf.ones([1, 1, 2, 1]);
      const attrs = { filterSize: [1, 2], strides: [1, 2], pad: 'same' };
      return tf.mul(x, run('AvgPoolGrad', { dy, input }, attrs));
    };
    const [[{ numbers }]] = (await runTraced(
      [{ op: (x) => op(x as tf.Tensor), shapes: [[]], values: [[2]] }],
      { form: 'gather', channelsFirst: false },
    )) as [[Result]];
    expect(numbers).toEqual([1, 1, 2]);
  });
});
