import * as tf from '@tensorflow/tfjs-core';
import { TraceBackend } from '../backend.js';
import { activationRules } from './activation.js';
import { arithmeticRules } from './arithmetic.js';
import { blockRules } from './blocks.js';
import { constantRules } from './constant.js';
import { convolutionRules } from './convolution.js';
import { depthwiseRules } from './depthwise.js';
import { dilationRules } from './dilation.js';
import { elementwiseRules } from './elementwise.js';
import { isKnown, runOnCpu } from './fold.js';
import { gatherRules } from './gather.js';
import { logicRules } from './logic.js';
import { matrixRules } from './matrix.js';
import { normalizeRules } from './normalize.js';
import { poolRules } from './pool.js';
import { poolGradientRules } from './pool-gradient.js';
import { type Reason, reasons } from './reasons.js';
import { reduceRules } from './reduce.js';
import { resizeRules } from './resize.js';
import type { Call, KernelName, Rule } from './rule.js';
import { samplingRules } from './sampling.js';
import { scanRules } from './scan.js';
import { scatterRules } from './scatter.js';
import { shapeRules } from './shape.js';
import { sliceRules } from './slice.js';
import { volumeRules } from './volume.js';

/** The kernels that can be traced, with their rules. */
export const rules = {
  ...activationRules,
  ...arithmeticRules,
  ...blockRules,
  ...constantRules,
  ...convolutionRules,
  ...depthwiseRules,
  ...dilationRules,
  ...elementwiseRules,
  ...gatherRules,
  ...logicRules,
  ...matrixRules,
  ...normalizeRules,
  ...poolGradientRules,
  ...poolRules,
  ...reduceRules,
  ...resizeRules,
  ...samplingRules,
  ...scanRules,
  ...scatterRules,
  ...shapeRules,
  ...sliceRules,
  ...volumeRules,
};

/** The kernels that cannot be traced, with the reason. */
export const unsupported: Readonly<Record<string, Reason>> = reasons;

/** Every kernel of tfjs. A kernel that is missing here is an error of the compiler. */
export const kernels: Readonly<Record<KernelName, Rule | Reason>> = { ...rules, ...reasons };

/** The name under which the backend is registered with tfjs. */
export const backendName = 'onnx';

/**
 * Kernels that are not computed where their inputs are known: those that share their input's data or make
 * none, one whose numbers differ from call to call, and those that tfjs's cpu backend gets wrong.
 */
const unfolded = new Set<string>([
  'Identity',
  'Fill',
  'ZerosLike',
  'OnesLike',
  'Multinomial',
  'AvgPoolGrad',
  'AvgPool3DGrad',
  'MaxPool3DGrad',
  'ResizeBilinearGrad',
  'ResizeNearestNeighborGrad',
  'Transform',
] satisfies KernelName[]);

/** Compute a kernel now, write it as nodes, or refuse it. */
function run(kernelName: string, call: Call<never>): tf.TensorInfo | tf.TensorInfo[] {
  if (!unfolded.has(kernelName) && isKnown(kernelName, call)) return runOnCpu(kernelName, call);
  const kernel = kernels[kernelName as KernelName];
  return typeof kernel === 'string' ? call.backend.refuse(kernelName, kernel, call) : kernel(call);
}

// Priority 0: tfjs never chooses it by itself.
tf.registerBackend(backendName, () => new TraceBackend(), 0);
for (const kernelName of Object.keys(kernels)) {
  // Where a backend lacks it, tfjs reads the numbers of a picture itself, and they are known.
  if (kernelName === 'FromPixels') continue;
  tf.registerKernel({
    kernelName,
    backendName,
    kernelFunc: (call) => run(kernelName, call as unknown as Call<never>),
  });
}

// The cpu backend prints an advertisement for tfjs-node at its first use. Libraries do not print.
(tf.engine().findBackend('cpu') as unknown as { firstUse: boolean }).firstUse = false;

/** The one tracing backend of this process. */
export const traceBackend = (): TraceBackend =>
  tf.engine().findBackend(backendName) as unknown as TraceBackend;
