import type * as tf from '@tensorflow/tfjs-core';
import type { TraceBackend } from '../backend.js';

/** What a kernel is called with. Inputs are named as tfjs names them, or numbered (Concat). */
export interface Call<A> {
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  readonly attrs: A;
  readonly backend: TraceBackend;
}

/** Write one tfjs kernel as ONNX nodes. Attributes are typed as the kernel declares them. */
export type Rule = (call: Call<never>) => tf.TensorInfo;

/** Name the attributes of a rule: tfjs gives them untyped. */
export const rule = <A>(body: (call: Call<A>) => tf.TensorInfo): Rule => body as Rule;

/** The input of this name. Throws when the kernel was called without it. */
export function inputOf(call: Pick<Call<unknown>, 'inputs'>, name: string): tf.TensorInfo {
  const tensor = call.inputs[name];
  if (!tensor) throw new Error(`trace: the kernel was called without its input "${name}"`);
  return tensor;
}
