import type { NodeDevice } from '@ganvas/core';
import type { TraceOptions } from '@ganvas/export';
import type { InferenceSession } from 'onnxruntime-node';

/** How steps are traced for a device, and how onnxruntime is told to run them there. */
interface Target {
  /** How convolutions are written. */
  readonly form: TraceOptions['form'];
  /** The provider and its options. */
  readonly provider: InferenceSession.ExecutionProviderConfig;
  /** Whether results are written into buffers of ours, new state over the old one where it may be. */
  readonly inPlace: boolean;
  readonly session: InferenceSession.SessionOptions;
}

// Graphs come optimized, and what may be written over must not be read later by nodes that a runtime fused.
// Sizes are not told ahead (export's model.ts), so there is no pattern of allocations to learn.
const asTraced = { graphOptimizationLevel: 'disabled', enableMemPattern: false } as const;
const optimized = { graphOptimizationLevel: 'all' } as const;
const other = { form: 'conv', inPlace: false, session: optimized } as const;

/**
 * Every device. On the CPU a convolution is quickest as a shared gather and a matrix product
 * (bench/RESULTS.md); graphics cards have kernels for `Conv` itself. Only `cpu` and `webgpu` have been
 * run: the lines of the others pass the provider's name and are unverified.
 */
export const targets: Readonly<Record<NodeDevice, Target>> = {
  cpu: { form: 'gather', provider: 'cpu', inPlace: true, session: asTraced },
  cuda: { ...other, provider: 'cuda' },
  webgpu: { ...other, provider: 'webgpu' },
  dml: { ...other, provider: 'dml' },
  coreml: { ...other, provider: 'coreml' },
};
