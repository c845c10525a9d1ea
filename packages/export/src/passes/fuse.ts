import { type Graph, isSameShape, type Rewrite, sizeOf, type Value } from '../graph.js';
import { forEach, inputAt, producedBy, type Rules } from './rules.js';

/** Several passes over memory in one node, or in nodes that every runtime runs in parallel. */

const one = { float: 1 };
const plainGemm = { alpha: one, beta: one, transA: 0, transB: 0 };

/** A matrix product, or several put together, with a bias for each column added; none where it is something else. */
function withBias(graph: Graph, value: Value, bias: Value): Value | undefined {
  const node = graph.producer(value);
  const spec = value;
  if (!node || value.shape.at(-1) !== bias.shape[0]) return undefined;
  if (node.op === 'MatMul' && value.shape.length === 2) {
    return graph.add('Gemm', [...node.inputs, bias], spec, plainGemm);
  }
  if (node.op === 'Gemm' && node.inputs.length === 2) {
    return graph.add('Gemm', [...node.inputs, bias], spec, node.attributes);
  }
  if (node.op === 'Reshape') {
    const inner = withBias(graph, inputAt(node, 0), bias);
    return inner && graph.reshape(inner, value.shape);
  }
  if (node.op !== 'Concat' || node.attributes['axis'] === value.shape.length - 1) return undefined;
  const parts = node.inputs.map((part) => withBias(graph, part, bias));
  if (!parts.every((part) => part !== undefined)) return undefined;
  return graph.add('Concat', parts, spec, node.attributes);
}

/**
 * A bias for each column is what Gemm adds as it multiplies. Not exact: the bias is the first term of each
 * sum instead of the last.
 */
const biasOfProduct: Rewrite = (graph, draft) => {
  const [x, bias] = [inputAt(draft, 0), inputAt(draft, 1)];
  if (bias.shape.length !== 1 || !isSameShape(x.shape, draft.spec.shape)) return undefined;
  // onnxruntime multiplies whole numbers by MatMul only.
  if (draft.spec.dtype !== 'float32') return undefined;
  return withBias(graph, x, bias);
};

// Takes every number from 3e-39 up to at least 1, and to no infinity below 1.
const steepest = 3e38;

/**
 * The slope of a leaky ReLU, 1 above zero and alpha elsewhere, as clip(x * 3e38, alpha, 1): both are
 * vectorised and run on all threads, where Where does not. Exact but for 0 < x < 3e-39 and NaN, which stays.
 * A leaky ReLU keeps the side of zero, so its result tells as well, which is kept anyway for what follows.
 */
const slope: Rewrite = (graph, draft) => {
  const [condition, yes, no] = draft.inputs;
  const node = producedBy(graph, condition, 'Greater');
  const x = node && inputAt(node, 0);
  const alpha = no?.uniform ?? -1;
  const isSlope = yes?.uniform === 1 && alpha > 0 && alpha <= 1 && node?.inputs[1]?.uniform === 0;
  if (!x || !isSlope || x.dtype !== 'float32') return undefined;
  const spec = { shape: x.shape, dtype: x.dtype };
  const source = graph.find('LeakyRelu', [x], { alpha: { float: alpha } }) ?? x;
  const steep = graph.add('Mul', [source, graph.scalar(steepest)], spec);
  return graph.add('Clip', [steep, graph.scalar(alpha), graph.scalar(1)], spec);
};

/** The same of a ReLU: what it lets through is above zero. Exact. */
const passed: Rewrite = (graph, draft) => {
  const relu = inputAt(draft, 1).uniform === 0 && graph.find('Relu', [inputAt(draft, 0)]);
  return relu ? graph.add('Greater', [relu, inputAt(draft, 1)], draft.spec) : undefined;
};

const smallSize = 4096;

/**
 * A number beside numbers of one channel, `[N, H, W, 1]`. onnxruntime goes through them one by one where the
 * last axis has size 1: 20 times as long as without it. Exact.
 */
const besideOneChannel: Rewrite = (graph, { op, inputs, spec, attributes }) => {
  const size = sizeOf(spec.shape);
  const isSlow = spec.shape.at(-1) === 1 && size >= smallSize && inputs.length === 2;
  const sizes = inputs.map(({ shape }) => sizeOf(shape));
  if (!isSlow || !sizes.includes(1) || !sizes.includes(size)) return undefined;
  const flat = inputs.map((value) =>
    graph.reshape(value, sizeOf(value.shape) === 1 ? [] : spec.shape.slice(0, -1)),
  );
  const shape = spec.shape.slice(0, -1);
  return graph.reshape(graph.add(op, flat, { shape, dtype: spec.dtype }, attributes), spec.shape);
};

export const fuse: Rules = {
  ...forEach(['Sub', 'Mul', 'Div'], besideOneChannel),
  Add: [biasOfProduct, besideOneChannel],
  Where: [slope],
  Greater: [passed],
};
