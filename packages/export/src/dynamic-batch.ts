import type { ConstantData, Graph, GraphNode, Value } from './graph.js';
import { type Metadata, type Model, type Port, toModel } from './model.js';
import { liveNodes } from './passes/dead-code.js';
import { type Tensors, type Traced, trace } from './trace.js';

/** An input whose batch is chosen at run time: `N` stands for it. */
export interface DynamicInput {
  readonly shape: readonly (number | 'N')[];
  readonly dtype: 'float32' | 'int64';
}

export interface DynamicOptions {
  readonly name: string;
  readonly inputs: Readonly<Record<string, DynamicInput>>;
  readonly metadata?: Metadata;
}

// tfjs knows sizes only as numbers, so a function is traced at two batch sizes, and what differs is
// what follows the batch. Primes that no layer has for a size, so that nothing else equals them.
const probes = [251, 257] as const;

function traceAt(fn: (inputs: Tensors) => Tensors, options: DynamicOptions, batch: number): Traced {
  const inputs = Object.entries(options.inputs).map(([name, { shape, dtype }]) => {
    const sizes = shape.map((size) => (size === 'N' ? batch : size));
    return [name, { shape: sizes, dtype }] as const;
  });
  const traced = trace(fn, {
    inputs: Object.fromEntries(inputs),
    form: 'conv',
    channelsFirstOutputs: true,
  });
  const [changed] = traced.missing;
  if (!changed) return traced;
  throw new Error(
    `export: expected a function that changes no variable, got "${changed.name}" assigned: call layers with { training: false }`,
  );
}

const fail = (what: string): never => {
  throw new Error(`export: expected a function that works alike for every batch size, but ${what}`);
};

/** The constant to write for a Reshape's shape that follows the batch: the size that follows becomes -1. */
function dynamicShape(a: Value, b: Value): Value {
  const [sizes, others] = [[...(a.data ?? [])], [...(b.data ?? [])]];
  const differing = sizes.map((size, i) => size !== others[i]);
  const follows = sizes.every(
    (size, i) => !differing[i] || size * probes[1] === (others[i] as number) * probes[0],
  );
  if (sizes.length !== others.length || !follows || differing.filter(Boolean).length !== 1) {
    fail(`a shape is [${sizes}] for ${probes[0]} and [${others}] for ${probes[1]}`);
  }
  return { ...a, data: sizes.map((size, i) => (differing[i] ? -1 : size)) };
}

const isSameData = (a: ConstantData, b: ConstantData | undefined): boolean =>
  a === b || (a.length === b?.length && a.every((x: number, i: number) => Object.is(x, b[i])));

/** One node that stands for the same node of both traces; constants that follow the batch are kept by name. */
function unify(a: GraphNode, b: GraphNode, constants: Map<string, Value>): GraphNode {
  const isSame =
    a.op === b.op &&
    a.output.name === b.output.name &&
    a.inputs.length === b.inputs.length &&
    JSON.stringify(a.attributes) === JSON.stringify(b.attributes);
  if (!isSame) fail(`${a.op} and ${b.op} stand in the same place for two batch sizes`);
  const inputs = a.inputs.map((input, i) => {
    const other = b.inputs[i] as Value;
    if (input.name !== other.name) fail(`${a.op} takes other inputs for two batch sizes`);
    if (!input.data || isSameData(input.data, other.data)) return input;
    if (a.op !== 'Reshape') {
      fail(`a constant of ${a.op} of shape [${input.shape}] follows the batch`);
    }
    const shape = constants.get(input.name) ?? dynamicShape(input, other);
    constants.set(input.name, shape);
    return shape;
  });
  return { ...a, inputs };
}

/** The shape of a result with the size that follows the batch called `N`. */
function portOf(name: string, a: Value, b: Value): Port {
  const shape = a.shape.map((size, i) => {
    if (size === b.shape[i]) return size;
    if (size !== probes[0]) fail(`the output "${name}" has [${a.shape}] for ${probes[0]}`);
    return 'N';
  });
  return { name, dtype: a.dtype, shape };
}

/**
 * Compile a function for inference: any batch size, NCHW pictures, weights as constants.
 * `int64` inputs reach the function as tfjs's int32.
 */
export function compileDynamic(fn: (inputs: Tensors) => Tensors, options: DynamicOptions): Model {
  const [a, b] = probes.map((batch) => traceAt(fn, options, batch)) as [Traced, Traced];
  const [nodes, others] = [a, b].map(({ graph, outputs }) =>
    liveNodes(graph.nodes, Object.values(outputs)),
  ) as [GraphNode[], GraphNode[]];
  if (nodes.length !== others.length) {
    fail(`${nodes.length} and ${others.length} nodes are traced for two batch sizes`);
  }
  const constants = new Map<string, Value>();
  const graph: Pick<Graph, 'nodes' | 'inputs'> = {
    inputs: a.graph.inputs,
    nodes: nodes.map((node, i) => unify(node, others[i] as GraphNode, constants)),
  };
  const results = Object.entries(a.outputs).map(([name, value]) => {
    return { value, port: portOf(name, value, b.outputs[name] as Value) };
  });
  const inputs = Object.entries(options.inputs).map(([name, input]) => ({ name, ...input }));
  return toModel(graph, results, { ...options, inputs });
}
