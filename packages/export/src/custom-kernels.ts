import * as tf from '@tensorflow/tfjs-core';
import { backendName, traceBackend } from './kernels/index.js';

/**
 * Have the kernels refused that other backends have and tfjs's own table has not: tfjs itself would stop
 * at the first of them.
 */
export function refuseOtherKernels(): void {
  const known = new Set(tf.getKernelsForBackend(backendName).map(({ kernelName }) => kernelName));
  const others = tf
    .engine()
    .backendNames()
    .flatMap((name) => tf.getKernelsForBackend(name));
  for (const { kernelName } of others) {
    if (known.has(kernelName)) continue;
    known.add(kernelName);
    const reason = "it is none of tfjs's own kernels: write what it computes with tf ops";
    const kernelFunc: tf.KernelFunc = ({ inputs, attrs }) =>
      traceBackend().refuse(kernelName, reason, { inputs, attrs });
    tf.registerKernel({ kernelName, backendName, kernelFunc });
  }
}
