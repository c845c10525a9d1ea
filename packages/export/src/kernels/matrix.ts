import type * as tf from '@tensorflow/tfjs-core';
import type { TraceBackend } from '../backend.js';
import { activations, combine, mapElements } from './elementwise.js';
import { type Call, inputOf, rule } from './rule.js';

interface MatMulAttrs {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** [..., M, K] x [..., K, N]: one Gemm, which transposes for free, when the batch is one matrix. */
function matMul(call: Call<MatMulAttrs>): tf.TensorInfo {
  const { backend, attrs } = call;
  const { graph } = backend;
  const a = backend.value(inputOf(call, 'a'));
  const b = backend.value(inputOf(call, 'b'));
  const [batchA, batchB] = [a.shape.slice(0, -2), b.shape.slice(0, -2)];
  if ([...batchA, ...batchB].some((size) => size !== 1)) {
    throw new Error(
      `trace: batchMatMul: expected one matrix a side, got [${a.shape}] and [${b.shape}]`,
    );
  }
  const rows = a.shape.at(attrs.transposeA ? -1 : -2) as number;
  const columns = b.shape.at(attrs.transposeB ? -2 : -1) as number;
  const matrices = [graph.reshape(a, a.shape.slice(-2)), graph.reshape(b, b.shape.slice(-2))];
  const product = graph.add(
    'Gemm',
    matrices,
    { shape: [rows, columns], dtype: a.dtype },
    {
      alpha: { float: 1 },
      beta: { float: 1 },
      transA: attrs.transposeA ? 1 : 0,
      transB: attrs.transposeB ? 1 : 0,
    },
  );
  const batch = batchA.length > batchB.length ? batchA : batchB;
  return backend.tensor(graph.reshape(product, [...batch, rows, columns]));
}

/** What tfjs fuses behind a product or convolution: add a bias, then apply an activation. */
export function finishFused(
  backend: TraceBackend,
  product: tf.TensorInfo,
  fused: { bias: tf.TensorInfo | undefined; activation: string },
): tf.TensorInfo {
  const { bias, activation } = fused;
  const biased = bias
    ? combine(backend, product, bias, (graph, a, b, spec) => graph.add('Add', [a, b], spec))
    : product;
  if (activation === 'linear') return biased;
  const write = activations[activation];
  if (!write) throw new Error(`trace: no ONNX rule for the fused activation "${activation}"`);
  return mapElements(backend, biased, write);
}

export const matrixRules = {
  BatchMatMul: rule<MatMulAttrs>(matMul),
  _FusedMatMul: rule<MatMulAttrs & { activation: string }>((call) =>
    finishFused(call.backend, matMul(call), {
      bias: call.inputs['bias'],
      activation: call.attrs.activation,
    }),
  ),
};
