import type { Graph, GraphNode, Value } from './graph.js';
import { type Affine, type DynamicSize, dynamicSizes } from './probes.js';

/** Where a size is found at run time: an axis of an input, in the order that the file has it. */
export interface SizeSource {
  readonly input: Value;
  readonly axis: number;
}

/** Nodes that compute shapes, bounds and amounts from the shapes of the inputs. */
export interface SizeNodes {
  /** In the order that they are to run in, before all others. */
  readonly nodes: readonly GraphNode[];
  /** An int64 vector of numbers that follow the sizes. */
  vector(numbers: readonly Affine[]): Value;
}

const operations = {
  Add: (a: number, b: number) => a + b,
  Div: (a: number, b: number) => a / b,
  Mul: (a: number, b: number) => a * b,
} as const;

const numbersOf = ({ data, sample }: Value): readonly number[] => [...(data ?? sample ?? [])];

/** @param graph in which the inputs have the sizes of the base probe; its constants are used */
export function createSizeNodes(
  graph: Graph,
  sources: Readonly<Partial<Record<DynamicSize, SizeSource>>>,
  multiple: number,
): SizeNodes {
  const nodes: GraphNode[] = [];
  const write = (node: Omit<GraphNode, 'output'>, sample: readonly number[]): Value => {
    const key = `size ${node.op}(${node.inputs.map(({ name }) => name)})`;
    return graph.once(key, () => {
      const name = `size:${nodes.length}`;
      const output = { name, shape: [sample.length], dtype: 'int64', sample } as const;
      nodes.push({ ...node, output });
      return output;
    });
  };
  const compute = (op: keyof typeof operations, a: Value, b: Value): Value => {
    const others = numbersOf(b);
    const first = numbersOf(a);
    const sample = others.map((x, i) => operations[op](first[i] ?? (first[0] as number), x));
    return write({ op, inputs: [a, b], attributes: {} }, sample);
  };
  /** Pictures, or multiples of a side: `[1]`. */
  const unitsOf = (size: DynamicSize): Value => {
    const source = sources[size];
    if (!source) throw new Error(`export: expected an input that has ${size}, got none`);
    const { input, axis } = source;
    const whole = { start: 0, end: input.shape.length };
    const shape = write({ op: 'Shape', inputs: [input], attributes: whole }, input.shape);
    const gather = { op: 'Gather', inputs: [shape, graph.integers([axis])] };
    const side = write({ ...gather, attributes: { axis: 0 } }, [input.shape[axis] as number]);
    return size === 'N' || multiple === 1 ? side : compute('Div', side, graph.integers([multiple]));
  };
  const vector: SizeNodes['vector'] = (numbers) => {
    const constants = graph.integers(numbers.map(({ constant }) => constant));
    return dynamicSizes.reduce((sum, size) => {
      const factors = numbers.map((number) => number.factors[size] ?? 0);
      if (factors.every((factor) => factor === 0)) return sum;
      return compute('Add', compute('Mul', unitsOf(size), graph.integers(factors)), sum);
    }, constants);
  };
  return { nodes, vector };
}
