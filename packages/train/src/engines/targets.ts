import type { NodeDevice } from '@ganvas/core';
import type { TraceOptions } from '@ganvas/export';
import type { InferenceSession } from 'onnxruntime-node';

/** How steps are traced for a device, and how onnxruntime is told to run them there. */
interface Target {
  /** How convolutions are written. */
  readonly form: TraceOptions['form'];
  /** The provider and its options. */
  readonly provider: InferenceSession.ExecutionProviderConfig;
}

/**
 * Every device. On the CPU a convolution is quickest as a shared gather and a matrix product
 * (bench/RESULTS.md); graphics cards have kernels for `Conv` itself. Only `cpu` and `webgpu` have been
 * run: the lines of the others pass the provider's name and are unverified.
 */
export const targets: Readonly<Record<NodeDevice, Target>> = {
  cpu: { form: 'gather', provider: 'cpu' },
  cuda: { form: 'conv', provider: 'cuda' },
  webgpu: { form: 'conv', provider: 'webgpu' },
  dml: { form: 'conv', provider: 'dml' },
  coreml: { form: 'conv', provider: 'coreml' },
};
