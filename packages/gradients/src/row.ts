import type { Gradient } from './gradient.js';

/** What holds for one kernel of tfjs while gradients are taken. */
export type Row =
  /** tfjs's own gradient is right, and so is its gradient. */
  | { readonly kind: 'right' }
  /** This gradient is right, and so is its gradient; tfjs's own is not, or it has none. */
  | { readonly kind: 'repaired'; readonly gradient: Gradient }
  /** The kernel is replaced by others that are right. */
  | { readonly kind: 'rewritten' }
  /** The gradient is tfjs's; differentiating it again throws. */
  | { readonly kind: 'firstOrderOnly'; readonly instead: string }
  /** Differentiating it throws. */
  | { readonly kind: 'notDifferentiable'; readonly instead: string };

export const right = { kind: 'right' } as const;
export const rewritten = { kind: 'rewritten' } as const;
export const repaired = (gradient: Gradient) => ({ kind: 'repaired', gradient }) as const;
export const firstOrderOnly = (instead: string) => ({ kind: 'firstOrderOnly', instead }) as const;
export const notDifferentiable = (instead: string) =>
  ({ kind: 'notDifferentiable', instead }) as const;
