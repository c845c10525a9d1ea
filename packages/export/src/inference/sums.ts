import type { Attributes, ElementType, Value } from '../graph.js';
import {
  type AttributeType,
  at,
  axisOf,
  broadcast,
  forOps,
  intOf,
  intsOf,
  known,
  type Signature,
  type Signatures,
  sameType,
} from './signature.js';

/** The shape without some axes, or with size 1 in their place. */
function reduced(shape: readonly number[], axes: readonly number[], keepdims: number): number[] {
  const gone = new Set(axes.map((axis) => axisOf(axis, shape.length)));
  if (keepdims === 1) return shape.map((size, axis) => (gone.has(axis) ? 1 : size));
  return shape.filter((_, axis) => !gone.has(axis));
}

const everyAxis = ({ shape }: Value): number[] => shape.map((_, axis) => axis);

/** Axes as an attribute, until opset 18. */
const overAxes: Signature = {
  attributes: { axes: 'ints', keepdims: 'int' },
  infer: (inputs, attributes) => {
    const x = at(inputs, 0);
    const axes = intsOf(attributes, 'axes') ?? everyAxis(x);
    return { shape: reduced(x.shape, axes, intOf(attributes, 'keepdims', 1)), dtype: x.dtype };
  },
};

/** Axes as an input, since opset 13. */
const sum: Signature = {
  attributes: { keepdims: 'int', noop_with_empty_axes: 'int' },
  infer: (inputs, attributes) => {
    const x = at(inputs, 0);
    const given = inputs[1] ? known(inputs, 1) : [];
    const isNoop = given.length === 0 && intOf(attributes, 'noop_with_empty_axes', 0) === 1;
    if (isNoop) return { shape: x.shape, dtype: x.dtype };
    const axes = given.length === 0 ? everyAxis(x) : given;
    return { shape: reduced(x.shape, axes, intOf(attributes, 'keepdims', 1)), dtype: x.dtype };
  },
};

const position: Signature = {
  attributes: { axis: 'int', keepdims: 'int', select_last_index: 'int' },
  infer: (inputs, attributes) => {
    const axes = [intOf(attributes, 'axis', 0)];
    const keepdims = intOf(attributes, 'keepdims', 1);
    return { shape: reduced(at(inputs, 0).shape, axes, keepdims), dtype: 'int64' };
  },
};

/** [..., M, K] x [..., K, N] -> [..., M, N]. */
const matMul: Signature = {
  attributes: {},
  infer: (inputs) => {
    const [a, b] = [at(inputs, 0).shape, at(inputs, 1).shape];
    if (a.length < 2 || b.length < 2 || a.at(-1) !== b.at(-2)) {
      throw new Error(`expected matrices that fit, got [${a}] and [${b}]`);
    }
    const batch = broadcast([a.slice(0, -2), b.slice(0, -2)]);
    return { shape: [...batch, a.at(-2) as number, b.at(-1) as number], dtype: sameType(inputs) };
  },
};

const turned = ({ shape }: Value, attributes: Attributes, flag: string): readonly number[] => {
  if (shape.length !== 2) throw new Error(`expected a matrix, got [${shape}]`);
  return intOf(attributes, flag, 0) === 1 ? shape.toReversed() : shape;
};

const gemm: Signature = {
  attributes: { alpha: 'float', beta: 'float', transA: 'int', transB: 'int' },
  infer: (inputs, attributes) => {
    const a = turned(at(inputs, 0), attributes, 'transA');
    const b = turned(at(inputs, 1), attributes, 'transB');
    if (a[1] !== b[0]) throw new Error(`expected matrices that fit, got [${a}] and [${b}]`);
    const shape = [a[0] as number, b[1] as number];
    const bias = inputs[2];
    if (bias && String(broadcast([shape, bias.shape])) !== String(shape)) {
      throw new Error(`expected a bias that fits [${shape}], got [${bias.shape}]`);
    }
    return { shape, dtype: sameType(inputs) };
  },
};

/** `ab,bc->ac`: each letter a size. */
const einsum: Signature = {
  attributes: { equation: 'string' },
  infer: (inputs, attributes) => {
    const [terms = '', result] = String(attributes['equation']).replaceAll(' ', '').split('->');
    if (result === undefined) throw new Error('expected an equation with ->');
    const sizes = new Map<string, number>();
    terms.split(',').forEach((term, i) => {
      [...term].forEach((letter, axis) => {
        const size = at(inputs, i).shape[axis];
        const other = sizes.get(letter) ?? size;
        if (size === undefined || size !== other) {
          throw new Error(`expected ${letter} to be one size, got ${other} and ${size}`);
        }
        sizes.set(letter, size);
      });
    });
    const shape = [...result].map((letter) => sizes.get(letter) ?? Number.NaN);
    return { shape, dtype: sameType(inputs) };
  },
};

const typed = (signature: Signature, dtypes: readonly ElementType[]): Signature => ({
  ...signature,
  infer: (inputs, attributes) => {
    const { dtype } = at(inputs, 0);
    if (!dtypes.includes(dtype)) throw new Error(`expected ${dtypes.join(' or ')}, got ${dtype}`);
    return signature.infer(inputs, attributes);
  },
});

const numeric = ['float32', 'int32', 'int64'] as const;
const none: Readonly<Record<string, AttributeType>> = {};

export const sums: Signatures = {
  ...forOps(
    ['ReduceMax', 'ReduceMean', 'ReduceMin', 'ReduceProd', 'ReduceL1', 'ReduceL2'],
    typed(overAxes, numeric),
  ),
  ...forOps(['ReduceLogSum', 'ReduceLogSumExp', 'ReduceSumSquare'], typed(overAxes, numeric)),
  ReduceSum: typed(sum, numeric),
  ...forOps(['ArgMax', 'ArgMin'], position),
  MatMul: { ...matMul, attributes: none },
  Gemm: gemm,
  Einsum: einsum,
};
