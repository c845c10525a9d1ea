import type * as tf from '@tensorflow/tfjs-core';
import type { TraceBackend } from '../backend.js';

/** The names of tfjs's kernels: the constants of tfjs-core that are their own names. */
export type KernelName = {
  [K in keyof typeof tf]: (typeof tf)[K] extends K ? K : never;
}[keyof typeof tf];

/** What a kernel is called with. Inputs are named as tfjs names them, or numbered (Concat). */
export interface Call<A> {
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly attrs: A;
  readonly backend: TraceBackend;
}

/** Write one tfjs kernel as ONNX nodes. Attributes are typed as the kernel declares them. */
export type Rule = (call: Call<never>) => tf.TensorInfo | tf.TensorInfo[];

/** Rules by the names of their kernels. */
export type Rules = Partial<Record<KernelName, Rule>>;

/** Name the attributes of a rule: tfjs gives them untyped. */
export const rule = <A>(body: (call: Call<A>) => tf.TensorInfo | tf.TensorInfo[]): Rule =>
  body as Rule;

/** The input of this name. Throws when the kernel was called without it. */
export function inputOf(call: Pick<Call<unknown>, 'inputs'>, name: string): tf.TensorInfo {
  const tensor = call.inputs[name];
  if (!tensor) throw new Error(`trace: the kernel was called without its input "${name}"`);
  return tensor;
}
