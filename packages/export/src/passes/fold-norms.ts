import { type GraphNode, isSameShape, type Value } from '../graph.js';
import { perChannel } from './per-channel.js';
import { inputAt } from './rules.js';

/**
 * A batch norm after training subtracts, multiplies and adds one number for each channel: a convolution before
 * it does that itself, with other weights and a bias. Goes over finished nodes, since a convolution whose result
 * is read elsewhere too would be computed twice. Not exact: products of weights are rounded.
 */

/** The axis of a filter along which its output channels lie. */
const channelAxes: Readonly<Record<string, number | undefined>> = { Conv: 0, ConvTranspose: 1 };

/** What a chain of nodes makes of each channel: gain * x + bias. */
interface Affine {
  readonly gain: Float32Array;
  readonly bias: Float32Array;
}

/** One more step of a chain, by op. */
const steps: Readonly<Record<string, ((before: Affine, by: Float32Array) => Affine) | undefined>> =
  {
    Add: ({ gain, bias }, by) => ({ gain, bias: bias.map((x, i) => x + (by[i] as number)) }),
    Mul: ({ gain, bias }, by) => ({
      gain: gain.map((x, i) => x * (by[i] as number)),
      bias: bias.map((x, i) => x * (by[i] as number)),
    }),
    Sub: ({ gain, bias }, by) => ({ gain, bias: bias.map((x, i) => x - (by[i] as number)) }),
  };

interface Chain {
  readonly nodes: readonly GraphNode[];
  readonly affine: Affine;
}

/** The steps that follow a convolution, each the only one to read the one before. */
function chainOf(conv: GraphNode, usersOf: (value: Value) => readonly GraphNode[]): Chain {
  const channels = conv.output.shape[1] as number;
  const own = conv.inputs[2]?.data;
  let affine: Affine = {
    gain: new Float32Array(channels).fill(1),
    bias: own ? Float32Array.from(own) : new Float32Array(channels),
  };
  const nodes: GraphNode[] = [];
  for (let value = conv.output; ; ) {
    const [user, ...others] = usersOf(value);
    const step = user && steps[user.op];
    if (!step || others.length > 0) break;
    const constant = user.inputs.find((input) => input !== value);
    const isRight = user.op !== 'Sub' || user.inputs[0] === value;
    const by = constant && isRight && perChannel(constant, channels);
    if (!by || !isSameShape(user.output.shape, value.shape)) break;
    affine = step(affine, by);
    nodes.push(user);
    value = user.output;
  }
  return { nodes, affine };
}

const constantOf = (name: string, shape: readonly number[], data: Float32Array): Value => ({
  name,
  shape,
  dtype: 'float32',
  data,
});

/** A filter with the weights of each output channel times its gain. */
function scaledFilter(filter: Value, axis: number, gain: Float32Array, name: string): Value {
  const after = filter.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const data = Float32Array.from(filter.data ?? []);
  for (let i = 0; i < data.length; i++) {
    data[i] = (data[i] as number) * (gain[Math.floor(i / after) % gain.length] as number);
  }
  return constantOf(name, filter.shape, data);
}

/** The convolution and its chain as one node; as three where the filter must keep its numbers. */
function folded(conv: GraphNode, { nodes, affine }: Chain, keepsFilter: boolean): GraphNode[] {
  const [x, filter] = [inputAt(conv, 0), inputAt(conv, 1)];
  const { output } = nodes.at(-1) as GraphNode;
  const { gain, bias } = affine;
  const name = (part: string): string => `${output.name}:${part}`;
  if (!keepsFilter) {
    const axis = channelAxes[conv.op] as number;
    const scaled = scaledFilter(filter, axis, gain, name('filter'));
    const added = constantOf(name('bias'), [bias.length], bias);
    return [{ ...conv, inputs: [x, scaled, added], output }];
  }
  const shape = [1, gain.length, 1, 1];
  const product = { ...output, name: name('scaled') };
  const write = (op: string, value: Value, by: Value, result: Value): GraphNode => {
    return { op, inputs: [value, by], attributes: {}, output: result };
  };
  return [
    { ...conv, inputs: [x, filter] },
    write('Mul', conv.output, constantOf(name('gain'), shape, gain), product),
    write('Add', product, constantOf(name('bias'), shape, bias), output),
  ];
}

/**
 * Fold norms into the convolutions before them.
 *
 * @param options.keepsFilters leave filters as they are and put one product and one sum behind them, which
 * onnxruntime folds when it loads the file: the numbers of a filter that are stored as fp16 must be its own
 */
export function foldNorms(
  nodes: readonly GraphNode[],
  results: readonly Value[],
  { keepsFilters }: { keepsFilters: boolean },
): GraphNode[] {
  const users = new Map<string, GraphNode[]>();
  for (const node of nodes) {
    for (const { name } of new Set(node.inputs))
      users.set(name, [...(users.get(name) ?? []), node]);
  }
  const leaving = new Set(results.map(({ name }) => name));
  const usersOf = ({ name }: Value) => (leaving.has(name) ? [] : (users.get(name) ?? []));
  const replaced = new Map<GraphNode, GraphNode[]>();
  for (const node of nodes) {
    if (channelAxes[node.op] === undefined || !node.inputs[1]?.data) continue;
    const chain = chainOf(node, usersOf);
    // A bias alone stays a node: onnxruntime folds it itself.
    if (chain.nodes.every(({ op }) => op === 'Add')) continue;
    for (const step of chain.nodes) replaced.set(step, []);
    replaced.set(node, folded(node, chain, keepsFilters));
  }
  return nodes.flatMap((node) => replaced.get(node) ?? [node]);
}
