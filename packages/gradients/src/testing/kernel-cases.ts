import type { kernels } from '../kernels.js';
import { elementwiseCases } from './elementwise-cases.js';
import { imageCases } from './image-cases.js';
import { linearCases } from './linear-cases.js';
import type { OpCase } from './op-case.js';
import { reduceCases } from './reduce-cases.js';
import { shapeCases } from './shape-cases.js';

type Right = {
  [K in keyof typeof kernels]: (typeof kernels)[K]['kind'] extends
    | 'right'
    | 'repaired'
    | 'rewritten'
    ? K
    : never;
}[keyof typeof kernels];

/** Cases of every kernel whose gradient is said to be right. The compiler names one without. */
export const kernelCases = {
  ...elementwiseCases,
  ...imageCases,
  ...linearCases,
  ...reduceCases,
  ...shapeCases,
} as const satisfies Record<Right, readonly OpCase[]>;
