import * as tf from '@tensorflow/tfjs-core';
import { TraceBackend } from '../backend.js';
import { convolutionRules } from './convolution.js';
import { elementwiseRules } from './elementwise.js';
import { matrixRules } from './matrix.js';
import { reduceRules } from './reduce.js';
import type { Call, Rule } from './rule.js';
import { shapeRules } from './shape.js';

/** Every tfjs kernel that can be traced, with its rule. */
export const rules: Readonly<Record<string, Rule>> = {
  ...elementwiseRules,
  ...reduceRules,
  ...shapeRules,
  ...matrixRules,
  ...convolutionRules,
};

/** The name under which the backend is registered with tfjs. */
export const backendName = 'onnx';

/** Run a kernel whose inputs are all known on the `cpu` backend. */
function fold(kernelName: string, call: Call<never>): tf.TensorInfo | undefined {
  const { inputs, attrs, backend } = call;
  const known = Object.entries(inputs).map(([name, tensor]) => {
    return { name, tensor, numbers: tensor && backend.numbers(tensor) };
  });
  if (known.length === 0 || known.some(({ numbers }) => numbers === undefined)) return undefined;
  const kernel = tf.getKernel(kernelName, 'cpu');
  const cpu = tf.engine().findBackend('cpu') as tf.KernelBackend;
  if (!kernel) return undefined;
  const copies = known.map(({ name, tensor, numbers }) => {
    const { shape, dtype } = tensor;
    const dataId = cpu.write(numbers as tf.backend_util.BackendValues, shape, dtype);
    return [name, { dataId, shape, dtype }] as const;
  });
  const results = kernel.kernelFunc({
    inputs: listOrMap(inputs, copies),
    attrs: attrs as unknown as tf.NamedAttrMap,
    backend: cpu,
  });
  const [result] = Array.isArray(results) ? results : [results];
  const { dataId, shape, dtype } = result as tf.TensorInfo;
  const numbers = cpu.readSync(dataId);
  for (const [, copy] of copies) cpu.disposeData(copy.dataId, true);
  cpu.disposeData(dataId, true);
  return { dataId: backend.write(numbers, shape, dtype), shape, dtype };
}

/** Concat's inputs are a list; every other kernel's are named. */
const listOrMap = (
  like: object,
  entries: readonly (readonly [string, tf.TensorInfo])[],
): tf.NamedTensorInfoMap =>
  Array.isArray(like)
    ? (entries.map(([, tensor]) => tensor) as unknown as tf.NamedTensorInfoMap)
    : Object.fromEntries(entries);

/** Kernels that share their input's data, or make none: nothing to fold. */
const unfolded = new Set(['Identity', 'Fill', 'ZerosLike', 'OnesLike']);

// Priority 0: tfjs never chooses it by itself.
tf.registerBackend(backendName, () => new TraceBackend(), 0);
for (const [kernelName, write] of Object.entries(rules)) {
  tf.registerKernel({
    kernelName,
    backendName,
    kernelFunc: (call) => {
      const typed = call as unknown as Call<never>;
      return (unfolded.has(kernelName) ? undefined : fold(kernelName, typed)) ?? write(typed);
    },
  });
}

// The cpu backend prints an advertisement for tfjs-node at its first use. Libraries do not print.
(tf.engine().findBackend('cpu') as unknown as { firstUse: boolean }).firstUse = false;

/** The one tracing backend of this process. */
export const traceBackend = (): TraceBackend =>
  tf.engine().findBackend(backendName) as unknown as TraceBackend;
