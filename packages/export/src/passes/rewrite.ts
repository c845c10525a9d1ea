import { dropBroadcasts } from './drop-broadcasts.js';
import { foldConstants } from './fold-constants.js';
import { fuse } from './fuse.js';
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
export const rewrite = rewriteBy(
  foldConstants,
  propagateZeros,
  simplifyMovement,
  simplifyChoices,
  // Before the algebra, which then meets every constant that is one number as a scalar.
  dropBroadcasts,
  simplifyArithmetic,
  simplifySums,
  fuse,
);
