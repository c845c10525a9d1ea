import type { CustomOp } from './engine.js';
import { softmaxCrossEntropy } from './rules/cross-entropy.js';
import { logSigmoid } from './rules/log-sigmoid.js';
import { logSoftmax } from './rules/log-softmax.js';

/** Every op of tfjs that states a custom gradient, by its name. The tests compare it with tfjs's source. */
export const customOps = {
  fusedConv2d: 'by its kernels',
  fusedDepthwiseConv2d: 'by its kernels',
  fusedMatMul: 'by its kernels',
  logSigmoid,
  logSoftmax,
  softmaxCrossEntropy,
} as const satisfies Record<string, CustomOp>;
