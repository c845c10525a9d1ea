import { dropBroadcasts } from './drop-broadcasts.js';
import { foldConstants } from './fold-constants.js';
import { fuse } from './fuse.js';
import { instanceNorm } from './instance-norm.js';
import { propagateZeros } from './propagate-zeros.js';
import { rewriteBy } from './rules.js';
import { simplifyArithmetic } from './simplify-arithmetic.js';
import { simplifyChoices } from './simplify-choices.js';
import { simplifyMovement } from './simplify-movement.js';
import { simplifySums } from './simplify-sums.js';

/**
 * What every node of a traced graph goes through before it is appended. A rewrite adds nodes of its own,
 * which go through it too, so one look at each node and its inputs' nodes is enough: tracing stays linear.
 */
const everywhere = [
  foldConstants,
  propagateZeros,
  simplifyMovement,
  simplifyChoices,
  // Before the algebra, which then meets every constant that is one number as a scalar.
  dropBroadcasts,
  simplifyArithmetic,
  simplifySums,
  fuse,
] as const;

export const rewrite = rewriteBy(...everywhere);

/** The same, and what pays where nothing is differentiated. */
export const rewriteForInference = rewriteBy(...everywhere, instanceNorm);
