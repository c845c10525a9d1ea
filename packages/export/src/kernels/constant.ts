import type * as tf from '@tensorflow/tfjs-core';
import { sizeOf } from '../graph.js';
import { runOnCpu } from './fold.js';
import { inputOf, type Rule, type Rules, rule } from './rule.js';

const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

/** A tensor filled with one number, known while tracing. */
const filled = rule<{ shape: number[]; value: number; dtype?: tf.DataType }>(
  ({ attrs, backend }) => {
    const dtype = attrs.dtype ?? 'float32';
    const Numbers = arrays[dtype as keyof typeof arrays];
    const numbers = new Numbers(sizeOf(attrs.shape)).fill(attrs.value);
    return { dataId: backend.write(numbers, attrs.shape, dtype), shape: attrs.shape, dtype };
  },
);

const filledLike = (value: number): Rule =>
  rule((call) => {
    const { shape, dtype } = inputOf(call, 'x');
    return filled({ ...call, attrs: { shape, dtype, value } as never });
  });

/** Numbers that depend on attributes alone are known while tracing. */
const known = (kernelName: 'LinSpace' | 'Range'): Rule =>
  rule((call) => runOnCpu(kernelName, call));

/** Kernels that need no numbers but those of their attributes. */
export const constantRules = {
  Fill: filled,
  LinSpace: known('LinSpace'),
  OnesLike: filledLike(1),
  Range: known('Range'),
  ZerosLike: filledLike(0),
} satisfies Rules;
