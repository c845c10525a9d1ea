import { formatGraph } from '../format-graph.js';
import { Graph, type OutputSpec, type Rewrite, type Value } from '../graph.js';
import { liveNodes } from '../passes/dead-code.js';
import { nameResults } from '../passes/name-results.js';

/** Nodes that say what they compute by their inputs, as short as a test wants them. */
export interface Writer {
  readonly graph: Graph;
  /** A float32 input. */
  input(name: string, ...shape: number[]): Value;
  /** A node of the dtype of its first input, unless told. */
  node(op: string, inputs: readonly Value[], shape: readonly number[], rest?: Rest): Value;
}
interface Rest {
  readonly dtype?: OutputSpec['dtype'];
  readonly attributes?: Parameters<Graph['add']>[3];
}

export const writerOf = (graph: Graph): Writer => ({
  graph,
  input: (name, ...shape) => graph.input(name, shape, 'float32'),
  node: (op, inputs, shape, { dtype, attributes } = {}) =>
    graph.add(op, inputs, { shape, dtype: dtype ?? (inputs[0] as Value).dtype }, attributes),
});

function written(write: (writer: Writer) => Value, rewrite: Rewrite | undefined): string {
  const graph = new Graph(rewrite);
  const value = write(writerOf(graph));
  const { nodes } = nameResults(liveNodes(graph.nodes, [value]), [{ name: 'y', value }]);
  return formatGraph(nodes);
}

/** The same graph as it is asked for and as a rewrite leaves it, as text. */
export const beforeAndAfter = (rewrite: Rewrite, write: (writer: Writer) => Value): string =>
  `${written(write, undefined)}\n  becomes\n${written(write, rewrite)}`;
