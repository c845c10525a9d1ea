// Registers tfjs's gradients, which tfjs-core alone does not.
import '@tensorflow/tfjs-layers';
import type { rules } from '../kernels/index.js';
import type { Case } from './case.js';
import { elementwiseCases, pairCases } from './elementwise-cases.js';
import { convolutionCases, matrixCases } from './linear-cases.js';
import { pictureCases } from './picture-cases.js';
import { placeCases } from './place-cases.js';
import { poolCases } from './pool-cases.js';
import { reduceCases } from './reduce-cases.js';
import { shapeCases } from './shape-cases.js';
import { sliceCases } from './slice-cases.js';
import { windowCases } from './window-cases.js';

/** Cases for every kernel that has a rule: one that is missing is an error of the compiler. */
export const cases: Readonly<Record<keyof typeof rules, readonly Case[]>> = {
  ...convolutionCases,
  ...elementwiseCases,
  ...matrixCases,
  ...pairCases,
  ...pictureCases,
  ...placeCases,
  ...poolCases,
  ...reduceCases,
  ...shapeCases,
  ...sliceCases,
  ...windowCases,
};
