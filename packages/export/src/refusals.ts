import * as tf from '@tensorflow/tfjs-core';
import { placeOf, withWholeStacks } from './place.js';

/** A call of a kernel that cannot be traced. */
export interface Refusal {
  readonly kernel: string;
  readonly reason: string;
  /** The line of the user's function, where the stack tells it. */
  readonly place: string | undefined;
}

/** A kernel's inputs and attributes. */
export interface KernelCall {
  readonly inputs: object;
  readonly attrs: unknown;
}

/** Note that a kernel was called here, of which this is the reason why it cannot be traced. */
export const refusalOf = (kernel: string, reason: string): Refusal =>
  withWholeStacks(() => ({ kernel, reason, place: placeOf(new Error(reason).stack) }));

/** All refused kernels in one message: each with its reason, the places, and how often it was called. */
export function refusalReport(refusals: readonly Refusal[]): string {
  const kernels = [...new Set(refusals.map(({ kernel }) => kernel))];
  const lines = kernels.map((kernel) => {
    const calls = refusals.filter((refusal) => refusal.kernel === kernel);
    const places = [...new Set(calls.map(({ place }) => place ?? 'an unknown place'))];
    const times = ['once', 'twice'][calls.length - 1] ?? `${calls.length} times`;
    return `\n  ${kernel}, called ${times}: ${calls[0]?.reason}\n    at ${places.join('\n    at ')}`;
  });
  const count = lines.length === 1 ? 'one that cannot' : `${lines.length} that cannot`;
  return `trace: expected kernels that can be written as ONNX, got ${count}:${lines.join('')}`;
}

type Numbers = tf.backend_util.BackendValues;

const zeros = ({ shape, dtype }: tf.TensorInfo): Numbers => {
  const size = tf.util.sizeFromShape(shape);
  return dtype === 'string'
    ? Array(size).fill(new Uint8Array())
    : tf.util.makeZerosTypedArray(size, dtype as 'float32');
};

/**
 * What a kernel returns, by running it on tfjs's `cpu` backend: on the numbers that are known, and on
 * zeros for the others. Throws where `cpu` has no such kernel either.
 *
 * @param numbersOf the numbers of an input, if they are known
 */
export function outputsOf(
  kernelName: string,
  { inputs, attrs }: KernelCall,
  numbersOf: (tensor: tf.TensorInfo) => Numbers | undefined,
): tf.TensorInfo[] {
  const kernel = tf.getKernel(kernelName, 'cpu') as tf.KernelConfig | undefined;
  if (!kernel) throw new Error(`trace: expected ${kernelName} on the backend cpu, got none`);
  const cpu = tf.engine().findBackend('cpu') as tf.KernelBackend;
  const copy = (tensor: tf.TensorInfo): tf.TensorInfo => {
    const { shape, dtype } = tensor;
    return { shape, dtype, dataId: cpu.write(numbersOf(tensor) ?? zeros(tensor), shape, dtype) };
  };
  const given = Object.entries(inputs).filter(([, tensor]) => tensor);
  const copies = given.map(([name, tensor]) => [name, copy(tensor)] as const);
  const named = Array.isArray(inputs) ? copies.map(([, each]) => each) : Object.fromEntries(copies);
  const results = kernel.kernelFunc({
    inputs: named as tf.NamedTensorInfoMap,
    attrs: attrs as tf.NamedAttrMap,
    backend: cpu,
  });
  const outputs = Array.isArray(results) ? results : [results];
  for (const { dataId } of [...copies.map(([, each]) => each), ...outputs]) {
    cpu.disposeData(dataId, true);
  }
  return outputs;
}
