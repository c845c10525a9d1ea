import { type ConstantData, type Rewrite, sizeOf } from '../graph.js';
import { forEach, inputAt, type Rules, whole } from './rules.js';

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

/** A Gemm that adds something to a product of zero is what it adds. */
const addition: Rewrite = (graph, { inputs, spec, attributes }) => {
  const [a, b, plus] = inputs;
  const isScaled = (attributes['beta'] as { float: number } | undefined)?.float !== 1;
  if (!plus || isScaled || (a?.uniform !== 0 && b?.uniform !== 0)) return undefined;
  return whole(plus, spec) ?? graph.expand(plus, spec.shape);
};

/** Equal numbers put together. */
const together: Rewrite = (graph, draft) => {
  const { uniform } = inputAt(draft, 0);
  const isSame = draft.inputs.every((input) => Object.is(input.uniform, uniform));
  return isSame ? filled(() => true)(graph, draft) : undefined;
};

const quotient: Rewrite = (graph, draft) =>
  inputAt(draft, 0).uniform === 0 ? product(graph, draft) : undefined;

export const propagateZeros: Rules = {
  ...forEach(['Mul', 'MatMul'], product),
  Gemm: [product, addition],
  Concat: [together],
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
