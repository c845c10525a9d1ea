import type * as tf from '@tensorflow/tfjs-core';
import { type Graph, sizeOf, type Value } from '../graph.js';
import { type FusedAttrs, finishFused } from './activation.js';
import { gemm, join, list, matMul, range, test, where } from './nodes.js';
import { type Call, inputOf, type Rules, rule } from './rule.js';

interface MatMulAttrs {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** Exchange the last two axes. */
function turned(graph: Graph, x: Value): Value {
  const axes = range(x.shape.length);
  return graph.transpose(x, [...axes.slice(0, -2), ...axes.slice(-2).reverse()]);
}

const asMatrix = (graph: Graph, x: Value): Value => {
  const columns = x.shape.at(-1) as number;
  return graph.reshape(x, [sizeOf(x.shape.slice(0, -1)), columns]);
};

/** `[..., M, K]` x `[..., K, N]`; matrices of one batch meet those of the other by broadcasting. */
function batchMatMul(call: Call<MatMulAttrs>): tf.TensorInfo {
  const { backend, attrs } = call;
  const { graph } = backend;
  const a = backend.value(inputOf(call, 'a'));
  const b = backend.value(inputOf(call, 'b'));
  const [batchA, batchB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  const rows = a.shape.at(attrs.transposeA ? -1 : -2) as number;
  const columns = b.shape.at(attrs.transposeB ? -2 : -1) as number;
  const isOneB = sizeOf(batchB) === 1 && a.dtype === 'float32';
  // Rows of all matrices of `a` meet the same matrix: they are the rows of one product.
  if (isOneB && (sizeOf(batchA) === 1 || (!attrs.transposeA && batchA.length >= batchB.length))) {
    const left = attrs.transposeA ? graph.reshape(a, a.shape.slice(-2)) : asMatrix(graph, a);
    const product = gemm(graph, left, graph.reshape(b, b.shape.slice(-2)), {
      a: attrs.transposeA,
      b: attrs.transposeB,
    });
    const batch = batchA.length >= batchB.length ? batchA : batchB;
    return backend.tensor(graph.reshape(product, [...batch, rows, columns]));
  }
  const left = attrs.transposeA ? turned(graph, a) : a;
  const right = attrs.transposeB ? turned(graph, b) : b;
  return backend.tensor(matMul(graph, left, right));
}

/** Sums of products over named axes, such as `ij,jk->ik`. */
function einsum(call: Call<{ equation: string }>): tf.TensorInfo {
  const { backend } = call;
  const equation = call.attrs.equation.replaceAll(' ', '');
  const values = Object.values(call.inputs).map((tensor) => backend.value(tensor));
  const [left = '', right = ''] = equation.split('->');
  const sizes = new Map(
    left
      .split(',')
      .flatMap((names, i) =>
        [...names].map((name, axis) => [name, values[i]?.shape[axis] as number] as const),
      ),
  );
  const spec = {
    shape: [...right].map((name) => sizes.get(name) as number),
    dtype: (values[0] as Value).dtype,
  };
  return backend.tensor(backend.graph.add('Einsum', values, spec, { equation }));
}

/** Whether entry (i, j) of a matrix lies near enough to the diagonal; a limit below 0 means any distance. */
function inBand(graph: Graph, distance: Value, limit: Value): Value {
  const isNear = test(graph, 'LessOrEqual', distance, limit);
  return test(graph, 'Or', isNear, test(graph, 'Less', limit, 0));
}

/** Kernels of matrices. */
export const matrixRules = {
  BatchMatMul: rule<MatMulAttrs>(batchMatMul),
  _FusedMatMul: rule<MatMulAttrs & FusedAttrs>((call) => finishFused(call, batchMatMul(call))),
  Einsum: rule<{ equation: string }>(einsum),
  /** x `[...S]` -> `[...S, ...S]`, zeros off the diagonal. */
  Diag: rule((call) => {
    const { backend } = call;
    const { graph } = backend;
    const x = backend.value(inputOf(call, 'x'));
    const size = sizeOf(x.shape);
    const places = list(graph, range(size));
    const isDiagonal = test(graph, 'Equal', graph.reshape(places, [size, 1]), places);
    const matrix = where(graph, isDiagonal, graph.reshape(x, [1, size]), 0);
    return backend.tensor(graph.reshape(matrix, [...x.shape, ...x.shape]));
  }),
  MatrixBandPart: rule((call) => {
    const { backend } = call;
    const { graph } = backend;
    const x = backend.value(inputOf(call, 'input'));
    const [lower, upper] = ['numLower', 'numUpper'].map((name) =>
      graph.cast(backend.value(inputOf(call, name)), 'int32'),
    ) as [Value, Value];
    const [rows, columns] = x.shape.slice(-2) as [number, number];
    const row = graph.reshape(list(graph, range(rows)), [rows, 1]);
    const below = join(graph, 'Sub', [row, list(graph, range(columns))]);
    const above = join(graph, 'Sub', [list(graph, range(columns)), row]);
    const isIn = test(graph, 'And', inBand(graph, below, lower), inBand(graph, above, upper));
    return backend.tensor(where(graph, isIn, x, 0));
  }),
} satisfies Rules;
