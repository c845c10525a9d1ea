import type { Graph, GraphNode, Rewrite, Value } from '../graph.js';
import { perChannel } from './per-channel.js';
import { inputAt, producedBy, type Rules } from './rules.js';

/**
 * A norm over both axes of each picture's channels, written as its moments, becomes one node: one pass over
 * memory for the nine of mean, difference, square, mean, root, quotient, gain and bias. Not exact: a gain in
 * several factors is rounded once more, and sums are added in another order.
 *
 * For inference alone: a training step needs the moments for its gradient as well.
 */

/** The mean of an NCHW value over its pixels, `[N, C, 1, 1]`. */
const isPixelMean = ({ op, attributes }: GraphNode): boolean =>
  op === 'ReduceMean' && String(attributes['axes']) === '2,3' && attributes['keepdims'] === 1;

/** x, of x minus its mean. */
function centered(graph: Graph, value: Value): Value | undefined {
  const node = producedBy(graph, value, 'Sub');
  const [x, subtracted] = node?.inputs ?? [];
  const mean = subtracted && graph.producer(subtracted);
  const isCentered = x?.shape.length === 4 && mean && isPixelMean(mean) && mean.inputs[0] === x;
  return isCentered ? x : undefined;
}

/** What the mean is taken of and what is added to it, where a value is the root of a mean and a number. */
function deviation(graph: Graph, value: Value): { square: Value; epsilon: number } | undefined {
  const root = producedBy(graph, value, 'Sqrt');
  const sum = root && producedBy(graph, inputAt(root, 0), 'Add');
  const epsilon = sum?.inputs.find(({ uniform }) => uniform !== undefined)?.uniform;
  const variance = sum?.inputs.find(({ uniform }) => uniform === undefined);
  const mean = variance && graph.producer(variance);
  if (!mean || epsilon === undefined || !isPixelMean(mean)) return undefined;
  return { square: inputAt(mean, 0), epsilon };
}

/** A value and the constants that it is multiplied by. */
interface Scaled {
  readonly core: Value;
  readonly gains: readonly Value[];
}

const scaled = (graph: Graph, value: Value): Scaled => {
  const product = producedBy(graph, value, 'Mul');
  const gain = product?.inputs.find(({ data }) => data);
  const core = product?.inputs.find(({ data }) => !data);
  return gain && core ? { core, gains: [gain] } : { core: value, gains: [] };
};

const vector = (graph: Graph, numbers: Float32Array): Value =>
  graph.constant(numbers, [numbers.length], 'float32');

interface Norm {
  readonly x: Value;
  readonly gain: Float32Array;
  readonly bias: Float32Array;
  readonly epsilon: number;
}

const write = (graph: Graph, { x, gain, bias, epsilon }: Norm): Value =>
  graph.add(
    'InstanceNormalization',
    [x, vector(graph, gain), vector(graph, bias)],
    { shape: x.shape, dtype: x.dtype },
    { epsilon: { float: epsilon } },
  );

const times = (a: Float32Array, b: Float32Array): Float32Array =>
  a.map((x, i) => x * (b[i] as number));

/** The norm of a centered value over a deviation, where the deviation is its own. */
function normOf(
  graph: Graph,
  above: Scaled,
  below: Value,
  gains: readonly Value[],
): Value | undefined {
  const x = centered(graph, above.core);
  const divisor = deviation(graph, below);
  const square = divisor && producedBy(graph, divisor.square, 'Mul');
  const isOwn = square?.inputs.every((factor) => factor === above.core);
  if (!x || !divisor || !isOwn) return undefined;
  const channels = x.shape[1] as number;
  const factors = [...above.gains, ...gains].map((gain) => perChannel(gain, channels));
  if (!factors.every((factor) => factor !== undefined)) return undefined;
  const gain = factors.reduce(times, new Float32Array(channels).fill(1));
  return write(graph, { x, gain, bias: new Float32Array(channels), epsilon: divisor.epsilon });
}

/** (x - mean) gain / deviation. */
const quotient: Rewrite = (graph, { inputs: [a, b] }) =>
  a && b && normOf(graph, scaled(graph, a), b, []);

/** The same as a product with 1 / deviation, on either side. */
const product: Rewrite = (graph, { inputs }) => {
  const [a, b] = inputs.map((value) => scaled(graph, value));
  if (!a || !b) return undefined;
  const divided = (above: Scaled, { core, gains }: Scaled): Value | undefined => {
    const inverse = producedBy(graph, core, 'Reciprocal');
    return inverse && normOf(graph, above, inputAt(inverse, 0), gains);
  };
  return divided(a, b) ?? divided(b, a);
};

/** A norm and the constant beside it. */
function beside(
  graph: Graph,
  inputs: readonly Value[],
): { norm: Norm; factor: Float32Array } | undefined {
  const [norm, constant] = inputs[1]?.data ? inputs : inputs.toReversed();
  const node = producedBy(graph, norm, 'InstanceNormalization');
  if (!node || !constant) return undefined;
  const [x, gain, bias] = node.inputs as [Value, Value, Value];
  const factor = perChannel(constant, x.shape[1] as number);
  const { float: epsilon } = node.attributes['epsilon'] as { float: number };
  const numbers = ({ data }: Value) => Float32Array.from(data ?? []);
  return factor && { norm: { x, gain: numbers(gain), bias: numbers(bias), epsilon }, factor };
}

const gainOfNorm: Rewrite = (graph, { inputs }) => {
  const found = beside(graph, inputs);
  if (!found) return undefined;
  const { norm, factor } = found;
  return write(graph, { ...norm, gain: times(norm.gain, factor), bias: times(norm.bias, factor) });
};

const biasOfNorm: Rewrite = (graph, { inputs }) => {
  const found = beside(graph, inputs);
  if (!found) return undefined;
  const { norm, factor } = found;
  return write(graph, { ...norm, bias: norm.bias.map((x, i) => x + (factor[i] as number)) });
};

export const instanceNorm: Rules = {
  Add: [biasOfNorm],
  Div: [quotient],
  Mul: [product, gainOfNorm],
};
