import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { compile } from '../compile.js';
import type { Case } from '../testing/case.js';
import { cases } from '../testing/kernel-cases.js';
import {
  type Arrangement,
  type Result,
  runEager,
  runTraced,
  worstDifference,
} from '../testing/run-cases.js';
import { kernels, rules, unsupported } from './index.js';

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
});
