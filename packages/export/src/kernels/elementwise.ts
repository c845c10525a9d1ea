import * as tf from '@tensorflow/tfjs-core';
import { nhwcToNchw, type TraceBackend, toHeldShape } from '../backend.js';
import type { Attributes, ElementType, Graph, Value } from '../graph.js';
import { inputOf, type Rule, rule } from './rule.js';

type Write = (graph: Graph, x: Value) => Value;

const like = (x: Value, dtype: ElementType = x.dtype) => ({ shape: x.shape, dtype });

/** Apply an op to each element; the order of axes is kept. */
export function mapElements(backend: TraceBackend, x: tf.TensorInfo, write: Write): tf.TensorInfo {
  const channelsFirst = backend.isChannelsFirst(x);
  const value = write(backend.graph, backend.valueIn(x, channelsFirst));
  return backend.tensor(value, { shape: x.shape, channelsFirst });
}

const unary = (write: Write): Rule =>
  rule((call) => mapElements(call.backend, inputOf(call, 'x'), write));

const op = (name: string, attributes?: Attributes): Rule =>
  unary((graph, x) => graph.add(name, [x], like(x), attributes));

/** Whether a tensor can be brought to NCHW order at no cost beside an NCHW operand. */
const followsChannelsFirst = (shape: readonly number[]): boolean =>
  shape.length <= 1 || shape.length === 4;

/** An operand in NCHW order: rank 4 transposed, a channel vector [C] as [C, 1, 1], a scalar as it is. */
function channelsFirstOperand(backend: TraceBackend, tensor: tf.TensorInfo): Value {
  const { graph } = backend;
  if (backend.isChannelsFirst(tensor)) return backend.channelsFirstValue(tensor);
  const value = backend.value(tensor);
  if (tensor.shape.length === 0) return value;
  if (tensor.shape.length === 1) return graph.reshape(value, [...value.shape, 1, 1]);
  const [n, h, w, c] = tensor.shape as [number, number, number, number];
  if (h === 1 && w === 1) return graph.reshape(value, [n, c, 1, 1]);
  return graph.transpose(value, nhwcToNchw);
}

type WriteBinary = (
  graph: Graph,
  a: Value,
  b: Value,
  spec: { shape: number[]; dtype: ElementType },
) => Value;

/** Combine two tensors with broadcasting; NCHW order is kept where either is held in it. */
export function combine(
  backend: TraceBackend,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  write: WriteBinary,
): tf.TensorInfo {
  const shape = tf.backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
  const channelsFirst =
    (backend.isChannelsFirst(a) || backend.isChannelsFirst(b)) &&
    followsChannelsFirst(a.shape) &&
    followsChannelsFirst(b.shape);
  if (!channelsFirst) {
    const [x, y] = [backend.value(a), backend.value(b)];
    return backend.tensor(write(backend.graph, x, y, { shape, dtype: x.dtype }));
  }
  const [x, y] = [channelsFirstOperand(backend, a), channelsFirstOperand(backend, b)];
  const held = toHeldShape(shape, true);
  const value = write(backend.graph, x, y, { shape: held, dtype: x.dtype });
  return backend.tensor(value, { shape, channelsFirst: true });
}

const binary = (write: WriteBinary): Rule =>
  rule((call) => combine(call.backend, inputOf(call, 'a'), inputOf(call, 'b'), write));

const arithmetic = (name: string): Rule =>
  binary((graph, a, b, spec) => graph.add(name, [a, b], spec));

const comparison = (name: string): Rule =>
  binary((graph, a, b, { shape }) => graph.add(name, [a, b], { shape, dtype: 'bool' }));

/** x above zero, alpha x below it. */
const leakyRelu =
  (alpha: number): Write =>
  (graph, x) =>
    graph.add('LeakyRelu', [x], like(x), { alpha: { float: alpha } });

/** The activations that tfjs fuses into a convolution or matrix product, by tfjs's names. */
export const activations: Readonly<Record<string, Write | undefined>> = {
  relu: (graph, x) => graph.add('Relu', [x], like(x)),
  sigmoid: (graph, x) => graph.add('Sigmoid', [x], like(x)),
};

export const elementwiseRules = {
  Abs: op('Abs'),
  Add: arithmetic('Add'),
  Equal: comparison('Equal'),
  Exp: op('Exp'),
  Greater: comparison('Greater'),
  Less: comparison('Less'),
  Log: op('Log'),
  Maximum: arithmetic('Max'),
  Minimum: arithmetic('Min'),
  Multiply: arithmetic('Mul'),
  Neg: op('Neg'),
  Pow: arithmetic('Pow'),
  RealDiv: arithmetic('Div'),
  Reciprocal: op('Reciprocal'),
  Relu: op('Relu'),
  Sigmoid: op('Sigmoid'),
  Softplus: op('Softplus'),
  Sqrt: op('Sqrt'),
  Sub: arithmetic('Sub'),
  Tanh: op('Tanh'),
  Square: unary((graph, x) => graph.add('Mul', [x, x], like(x))),
  Rsqrt: unary((graph, x) => graph.add('Reciprocal', [graph.add('Sqrt', [x], like(x))], like(x))),
  SquaredDifference: binary((graph, a, b, spec) => {
    const difference = graph.add('Sub', [a, b], spec);
    return graph.add('Mul', [difference, difference], spec);
  }),
  LeakyRelu: rule<{ alpha: number }>((call) =>
    mapElements(call.backend, inputOf(call, 'x'), leakyRelu(call.attrs.alpha)),
  ),
  Step: rule<{ alpha: number }>((call) =>
    mapElements(call.backend, inputOf(call, 'x'), (graph, x) => {
      const isPositive = graph.add('Greater', [x, graph.scalar(0, x.dtype)], like(x, 'bool'));
      const slopes = [1, call.attrs.alpha].map((slope) => graph.scalar(slope, x.dtype));
      return graph.add('Where', [isPositive, ...slopes], like(x));
    }),
  ),
  Cast: rule<{ dtype: tf.DataType }>((call) =>
    mapElements(call.backend, inputOf(call, 'x'), (graph, x) =>
      graph.cast(x, call.attrs.dtype as 'float32' | 'int32' | 'bool'),
    ),
  ),
};
