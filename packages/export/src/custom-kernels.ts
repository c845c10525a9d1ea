import * as tf from '@tensorflow/tfjs-core';
import { isKnown, runOnCpu } from './kernels/fold.js';
import { backendName, kernels } from './kernels/index.js';
import type { Call } from './kernels/rule.js';

const reason = "it is none of tfjs's own kernels: write what it computes with tf ops";

/** Compute a kernel that is none of tfjs's where its inputs are known, else refuse it. */
const run = (kernelName: string, call: Call<unknown>): tf.TensorInfo | tf.TensorInfo[] =>
  isKnown(kernelName, call)
    ? runOnCpu(kernelName, call)
    : call.backend.refuse(kernelName, reason, call);

/**
 * Register the kernels of other backends that are none of tfjs's own, which this backend refuses: tfjs
 * itself would stop at the first of them.
 */
export function registerCustomKernels(): void {
  const others = tf
    .engine()
    .backendNames()
    .flatMap((name) => tf.getKernelsForBackend(name));
  for (const { kernelName } of others) {
    if (kernelName in kernels || tf.getKernel(kernelName, backendName)) continue;
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: (call) => run(kernelName, call as unknown as Call<unknown>),
    });
  }
}
