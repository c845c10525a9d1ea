import * as tf from '@tensorflow/tfjs-core';
import { toHeldAxis } from '../backend.js';
import type { Graph, Value } from '../graph.js';
import { combine } from './broadcast.js';
import { contract, join, unary, type Weights } from './nodes.js';
import { type Call, inputOf, type Rule, type Rules, rule } from './rule.js';

/** Along one axis, the last as a rule, in the order that the tensor is held in. */
const along = (op: 'Softmax' | 'LogSoftmax', attribute: 'dim' | 'axis'): Rule =>
  rule<{ dim?: number; axis?: number }>((call) => {
    const { backend, attrs } = call;
    const logits = inputOf(call, 'logits');
    const [own] = tf.util.parseAxisParam(attrs[attribute] ?? -1, logits.shape) as [number];
    const channelsFirst = backend.isChannelsFirst(logits);
    const value = backend.valueIn(logits, channelsFirst);
    const axis = toHeldAxis(own, channelsFirst);
    const result = unary(backend.graph, op, value, { axis });
    return backend.tensor(result, { shape: logits.shape, channelsFirst });
  });

/** (x - mean) scale / sqrt(variance + epsilon) + offset, as x times one number plus another. */
function batchNorm(call: Call<{ varianceEpsilon?: number }>): tf.TensorInfo {
  const { backend, attrs, inputs } = call;
  const names = ['x', 'mean', 'variance', 'scale', 'offset'].filter((name) => inputs[name]);
  const tensors = names.map((name) => inputOf(call, name));
  return combine(backend, tensors, (graph, values) => {
    const named = new Map(names.map((name, i) => [name, values[i] as Value]));
    const [x, mean, variance] = values as [Value, Value, Value];
    const spread = join(graph, 'Add', [variance, attrs.varianceEpsilon ?? 0.001]);
    const inverse = unary(graph, 'Reciprocal', unary(graph, 'Sqrt', spread));
    const scale = named.get('scale');
    const factor = scale ? join(graph, 'Mul', [scale, inverse]) : inverse;
    const moved = join(graph, 'Mul', [mean, factor]);
    const offset = named.get('offset');
    const rest = offset ? join(graph, 'Sub', [offset, moved]) : unary(graph, 'Neg', moved);
    return join(graph, 'Add', [join(graph, 'Mul', [x, factor]), rest]);
  });
}

interface LrnAttrs {
  readonly depthRadius: number;
  readonly bias: number;
  readonly alpha: number;
  readonly beta: number;
}

/** Ones where two channels are neighbours: a product with it sums over the neighbours. */
function neighbours(channels: number, radius: number): Weights {
  const numbers = Float32Array.from({ length: channels * channels }, (_, i) =>
    Math.abs(Math.floor(i / channels) - (i % channels)) <= radius ? 1 : 0,
  );
  return { numbers, outSize: channels, inSize: channels };
}

/** Values of tensors in the order that the first is held in, and a sum over neighbouring channels in it. */
function byChannel(call: Call<LrnAttrs>, names: readonly string[]) {
  const { backend, attrs } = call;
  const tensors = names.map((name) => inputOf(call, name));
  const [{ shape }] = tensors as [tf.TensorInfo];
  const channelsFirst = backend.isChannelsFirst(tensors[0] as tf.TensorInfo);
  const values = tensors.map((tensor) => backend.valueIn(tensor, channelsFirst));
  const weights = neighbours(shape[3] as number, Math.floor(attrs.depthRadius));
  const sum = (value: Value): Value =>
    contract(backend.graph, value, toHeldAxis(3, channelsFirst), weights);
  const result = (value: Value): tf.TensorInfo => backend.tensor(value, { shape, channelsFirst });
  return { values, sum, result };
}

/** bias + alpha times the sum of the neighbours' squares. */
function normOf(graph: Graph, squares: Value, { alpha, bias }: LrnAttrs): Value {
  return join(graph, 'Add', [join(graph, 'Mul', [squares, alpha]), bias]);
}

/** Kernels that normalize. */
export const normalizeRules = {
  FusedBatchNorm: rule<{ varianceEpsilon?: number }>(batchNorm),
  LogSoftmax: along('LogSoftmax', 'axis'),
  /** x norm^-beta */
  LRN: rule<LrnAttrs>((call) => {
    const { graph } = call.backend;
    const { values, sum, result } = byChannel(call, ['x']);
    const [x] = values as [Value];
    const norm = normOf(graph, sum(join(graph, 'Mul', [x, x])), call.attrs);
    return result(join(graph, 'Mul', [x, join(graph, 'Pow', [norm, -call.attrs.beta])]));
  }),
  /** dy norm^-beta - 2 alpha beta x sum(y dy / norm) */
  LRNGrad: rule<LrnAttrs>((call) => {
    const { graph } = call.backend;
    const { alpha, beta } = call.attrs;
    const { values, sum, result } = byChannel(call, ['x', 'y', 'dy']);
    const [x, y, dy] = values as [Value, Value, Value];
    const norm = normOf(graph, sum(join(graph, 'Mul', [x, x])), call.attrs);
    const own = join(graph, 'Mul', [dy, join(graph, 'Pow', [norm, -beta])]);
    const shares = sum(join(graph, 'Div', [join(graph, 'Mul', [y, dy]), norm]));
    const others = join(graph, 'Mul', [join(graph, 'Mul', [x, shares]), 2 * alpha * beta]);
    return result(join(graph, 'Sub', [own, others]));
  }),
  Softmax: along('Softmax', 'dim'),
} satisfies Rules;
