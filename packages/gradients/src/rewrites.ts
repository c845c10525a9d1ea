import type { Rewrite } from './engine.js';
import type { kernels } from './kernels.js';
import { batchNorm } from './rules/batch-norm.js';
import { unfused } from './rules/fused.js';

type Rewritten = {
  [K in keyof typeof kernels]: (typeof kernels)[K]['kind'] extends 'rewritten' ? K : never;
}[keyof typeof kernels];

/** The kernels that are replaced by others while a gradient is being taken. */
export const rewrites = {
  _FusedMatMul: unfused('BatchMatMul', ['a', 'b']),
  FusedBatchNorm: batchNorm,
  FusedConv2D: unfused('Conv2D', ['x', 'filter']),
  FusedDepthwiseConv2D: unfused('DepthwiseConv2dNative', ['x', 'filter']),
} as const satisfies Record<Rewritten, Rewrite>;
