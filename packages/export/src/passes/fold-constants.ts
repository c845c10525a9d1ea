import { type ConstantData, type Rewrite, sizeOf } from '../graph.js';
import { inputAt, type Rules } from './rules.js';

/**
 * Constant folding of what rules and rewrites add. What the traced function itself computes of known
 * numbers never gets here: tfjs's `cpu` kernels compute it (kernels/index.ts).
 */
const reshape: Rewrite = (graph, draft) => {
  const { data } = inputAt(draft, 0);
  return data && graph.constant(data, draft.spec.shape, draft.spec.dtype);
};

const transpose: Rewrite = (graph, draft) => {
  const value = inputAt(draft, 0);
  if (!value.data) return undefined;
  const perm = draft.attributes['perm'] as readonly number[];
  const data = value.uniform === undefined ? transposed(value.data, value.shape, perm) : value.data;
  return graph.constant(data, draft.spec.shape, value.dtype);
};

const arrays = {
  float32: Float32Array,
  int32: Int32Array,
  bool: Uint8Array,
} as const;
const truth = (x: number): number => (x === 0 ? 0 : 1);

/** Whole numbers and truth values to float32 and back; other casts differ between runtimes. */
const cast: Rewrite = (graph, { inputs: [value], spec }) => {
  if (!value?.data || spec.dtype === 'int64' || value.dtype === 'int64') return undefined;
  if (value.dtype === 'float32' && spec.dtype === 'int32') return undefined;
  const toNumber = spec.dtype === 'bool' ? truth : (x: number) => x;
  const numbers = Array.from(value.data, toNumber);
  return graph.constant(arrays[spec.dtype].from(numbers), spec.shape, spec.dtype);
};

const float = (compute: (a: number, b: number) => number): Rewrite => {
  return (graph, { inputs: [a, b], spec }) => {
    if (spec.dtype !== 'float32' || a?.uniform === undefined || b?.uniform === undefined) {
      return undefined;
    }
    // Stored as float32, the float64 result of one operation on float32 numbers is the float32 result.
    const data = new Float32Array(sizeOf(spec.shape)).fill(compute(a.uniform, b.uniform));
    return graph.constant(data, spec.shape, 'float32');
  };
};

export const foldConstants: Rules = {
  Reshape: [reshape],
  Transpose: [transpose],
  Cast: [cast],
  Add: [float((a, b) => a + b)],
  Sub: [float((a, b) => a - b)],
  Mul: [float((a, b) => a * b)],
  Div: [float((a, b) => a / b)],
};

function transposed(
  data: ConstantData,
  shape: readonly number[],
  perm: readonly number[],
): ConstantData {
  const sizes = perm.map((axis) => shape[axis] as number);
  const strides = perm.map((axis) => sizeOf(shape.slice(axis + 1)));
  const turned = data.slice() as number[] | Float32Array;
  const place = perm.map(() => 0);
  let from = 0;
  // Networks have millions of weights: one step of a counter each.
  for (let i = 0; i < turned.length; i++) {
    turned[i] = data[from] as number;
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      const [at, stride, size] = [place[axis], strides[axis], sizes[axis]] as [
        number,
        number,
        number,
      ];
      place[axis] = at + 1 === size ? 0 : at + 1;
      from += at + 1 === size ? -stride * at : stride;
      if (place[axis] !== 0) break;
    }
  }
  return turned;
}
