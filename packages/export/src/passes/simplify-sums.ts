import { type Rewrite, sizeOf, type Value } from '../graph.js';
import { dataAt, forEach, inputAt, producedBy, type Rules } from './rules.js';

/** Reductions and matrix products that have nothing to add, and transposes that a Gemm does itself. */

/** Over axes of size 1 there is one number, which is its own sum, mean and extremum. Exact but for the sign of a zero. */
const overOnes: Rewrite = (graph, draft) => {
  const value = inputAt(draft, 0);
  const axes = (draft.attributes['axes'] ?? dataAt(draft, 1)) as readonly number[] | undefined;
  if (!axes || axes.length === 0) return undefined;
  const isSingle = Array.from(axes).every((axis) => value.shape.at(axis) === 1);
  return isSingle ? graph.reshape(value, draft.spec.shape) : undefined;
};

/** Rows and columns of a Gemm's operand as it multiplies it. */
const sidesOf = ({ shape }: Value, isTransposed: boolean): readonly [number, number] => {
  const [rows, columns] = shape as [number, number];
  return isTransposed ? [columns, rows] : [rows, columns];
};

const flagged = (attributes: object, flag: 'transA' | 'transB'): boolean =>
  (attributes as Record<string, unknown>)[flag] === 1;

/** A column of one number times a row repeats the row, and the other way round. Exact but for the sign of a zero. */
const outerOfUniform: Rewrite = (graph, draft) => {
  const { attributes, spec } = draft;
  const isScaled = (attributes['alpha'] as { float: number }).float !== 1;
  if (draft.inputs.length !== 2 || isScaled) return undefined;
  const [a, b] = [inputAt(draft, 0), inputAt(draft, 1)];
  const [m, k] = sidesOf(a, flagged(attributes, 'transA'));
  const [, n] = sidesOf(b, flagged(attributes, 'transB'));
  if (k !== 1 || sizeOf(spec.shape) === 0) return undefined;
  const repeated = (line: Value, shape: readonly number[], factor: number): Value => {
    const product = graph.add('Mul', [graph.reshape(line, shape), graph.scalar(factor)], {
      shape,
      dtype: spec.dtype,
    });
    return graph.expand(product, spec.shape);
  };
  if (a.uniform !== undefined) return repeated(b, [1, n], a.uniform);
  return b.uniform === undefined ? undefined : repeated(a, [m, 1], b.uniform);
};

/** Gemm reads its operands either way round. */
const gemmOfTranspose: Rewrite = (graph, draft) => {
  const flags = ['transA', 'transB'] as const;
  const turned = draft.inputs.slice(0, 2).map((value) => producedBy(graph, value, 'Transpose'));
  if (turned.every((node) => node === undefined)) return undefined;
  const inputs = draft.inputs.map((value, i) => turned[i]?.inputs[0] ?? value);
  const attributes = { ...draft.attributes };
  flags.forEach((flag, i) => {
    if (turned[i]) attributes[flag] = flagged(draft.attributes, flag) ? 0 : 1;
  });
  return graph.add('Gemm', inputs, draft.spec, attributes);
};

export const simplifySums: Rules = {
  ...forEach(['ReduceSum', 'ReduceMean', 'ReduceMax', 'ReduceMin', 'ReduceProd'], overOnes),
  Gemm: [outerOfUniform, gemmOfTranspose],
};
