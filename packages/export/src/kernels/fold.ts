import * as tf from '@tensorflow/tfjs-core';
import type { TraceBackend } from '../backend.js';
import type { Call } from './rule.js';

const cpuBackend = (): tf.KernelBackend => tf.engine().findBackend('cpu') as tf.KernelBackend;

/** Copies of tensors whose numbers are known, on the cpu backend. */
const copied = (backend: TraceBackend, tensor: tf.TensorInfo): tf.TensorInfo => {
  const { shape, dtype } = tensor;
  const numbers = backend.numbers(tensor) as tf.backend_util.BackendValues;
  return { dataId: cpuBackend().write(numbers, shape, dtype), shape, dtype };
};

/** The inputs that a kernel was given: an optional one may be undefined. */
const givenInputs = (call: Pick<Call<unknown>, 'inputs'>): [string, tf.TensorInfo][] =>
  Object.entries(call.inputs).filter(([, tensor]) => tensor);

/** Run a kernel whose inputs are all known on tfjs's cpu backend; its results are known as well. */
export function runOnCpu(kernelName: string, call: Call<unknown>): tf.TensorInfo | tf.TensorInfo[] {
  const { inputs, attrs, backend } = call;
  const kernel = tf.getKernel(kernelName, 'cpu');
  const cpu = cpuBackend();
  const copies = givenInputs(call).map(
    ([name, tensor]) => [name, copied(backend, tensor)] as const,
  );
  // The inputs of Concat and a few others are a list; every other kernel's are named.
  const like = Array.isArray(inputs) ? copies.map(([, copy]) => copy) : Object.fromEntries(copies);
  const results = kernel.kernelFunc({
    inputs: like as tf.NamedTensorInfoMap,
    attrs: attrs as tf.NamedAttrMap,
    backend: cpu,
  });
  const taken = [results].flat().map(({ dataId, shape, dtype }) => {
    return { dataId: backend.write(cpu.readSync(dataId), shape, dtype), shape, dtype };
  });
  for (const { dataId } of [...copies.map(([, copy]) => copy), ...[results].flat()]) {
    cpu.disposeData(dataId, true);
  }
  return Array.isArray(results) ? taken : (taken[0] as tf.TensorInfo);
}

/** Whether all inputs of a kernel are tensors of which the numbers are known, and the cpu backend can run it. */
export function isKnown(kernelName: string, call: Call<unknown>): boolean {
  const given = givenInputs(call).map(([, tensor]) => tensor);
  return (
    given.length > 0 &&
    // What is not a tensor (a list of them, a picture of a page) is not known.
    given.every(({ dataId }) => dataId && call.backend.numbers({ dataId } as tf.TensorInfo)) &&
    tf.getKernel(kernelName, 'cpu') !== undefined
  );
}
