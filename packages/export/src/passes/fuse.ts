import type { Rewrite, Value } from '../graph.js';
import { inputAt, producedBy, type Rules, under } from './rules.js';

/** Several passes over memory in one node, or in nodes that every runtime runs in parallel. */

/** A matrix product seen through the Reshape that gives its rows a picture's shape. */
const productUnder = (graph: Parameters<Rewrite>[0], value: Value) =>
  producedBy(graph, under(graph, value, 'Reshape') ?? value, 'MatMul');

/** A bias for each column is what Gemm adds as it multiplies. Exact. */
const biasOfProduct: Rewrite = (graph, draft) => {
  const [x, bias] = [inputAt(draft, 0), inputAt(draft, 1)];
  const node = productUnder(graph, x);
  const [columns] = bias.shape;
  if (!node || bias.shape.length !== 1 || node.output.shape.length !== 2) return undefined;
  if (columns !== node.output.shape[1] || columns !== draft.spec.shape.at(-1)) return undefined;
  const one = { float: 1 };
  const attributes = { alpha: one, beta: one, transA: 0, transB: 0 };
  const sum = graph.add('Gemm', [...node.inputs, bias], node.output, attributes);
  return graph.reshape(sum, draft.spec.shape);
};

// Takes every number from 3e-39 up to at least 1, and to no infinity below 1.
const steepest = 3e38;

/**
 * The slope of a leaky ReLU, 1 above zero and alpha elsewhere, as clip(x * 3e38, alpha, 1): both are
 * vectorised and run on all threads, where Where does not. Exact but for 0 < x < 3e-39.
 */
const slope: Rewrite = (graph, draft) => {
  const [condition, yes, no] = draft.inputs;
  const node = producedBy(graph, condition, 'Greater');
  const x = node && inputAt(node, 0);
  const alpha = no?.uniform ?? -1;
  const isSlope = yes?.uniform === 1 && alpha > 0 && alpha <= 1 && node?.inputs[1]?.uniform === 0;
  if (!x || !isSlope || x.dtype !== 'float32') return undefined;
  const spec = { shape: x.shape, dtype: x.dtype };
  const steep = graph.add('Mul', [x, graph.scalar(steepest)], spec);
  return graph.add('Clip', [steep, graph.scalar(alpha), graph.scalar(1)], spec);
};

export const fuse: Rules = { Add: [biasOfProduct], Where: [slope] };
