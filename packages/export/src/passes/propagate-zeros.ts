import { type ConstantData, type Rewrite, sizeOf } from '../graph.js';
import { forEach, inputAt, type Rules } from './rules.js';

/**
 * What is multiplied by a constant zero is zero. The gradients of steps and comparisons are zeros, and
 * all that would be computed from them goes. Not exact: an infinity or NaN times zero counts as zero.
 */
const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

const filled =
  (whenUniform: (uniform: number | undefined) => boolean): Rewrite =>
  (graph, draft) => {
    const { shape, dtype } = draft.spec;
    const { uniform } = inputAt(draft, 0);
    if (!whenUniform(uniform) || uniform === undefined || dtype === 'int64') return undefined;
    const data: ConstantData = new arrays[dtype](sizeOf(shape)).fill(uniform);
    return graph.constant(data, shape, dtype);
  };

const product: Rewrite = (graph, { inputs, spec }) => {
  const hasZero = inputs.slice(0, 2).some(({ uniform }) => uniform === 0);
  if (!hasZero || spec.dtype !== 'float32' || inputs.length > 2) return undefined;
  return graph.constant(new Float32Array(sizeOf(spec.shape)), spec.shape, 'float32');
};

const quotient: Rewrite = (graph, draft) =>
  inputAt(draft, 0).uniform === 0 ? product(graph, draft) : undefined;

export const propagateZeros: Rules = {
  ...forEach(['Mul', 'MatMul', 'Gemm'], product),
  Div: [quotient],
  // What is taken out of equal numbers, or repeats them, is that number.
  ...forEach(
    ['Gather', 'Slice'],
    filled(() => true),
  ),
  // A sum or mean of zeros.
  ...forEach(
    ['ReduceSum', 'ReduceMean'],
    filled((uniform) => uniform === 0),
  ),
};
