import { checkGraph } from './check-graph.js';
import {
  type Attribute,
  type ConstantData,
  type ElementType,
  elementTypes,
  type Graph,
  type GraphNode,
  sizeOf,
  type Value,
} from './graph.js';
import {
  type AttributeProto,
  encodeModel,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from './onnx.js';
import { liveNodes } from './passes/dead-code.js';
import { nameResults } from './passes/name-results.js';
import { type Updates, updateInPlace } from './passes/update-in-place.js';

/** The operator set that every file is written for. */
export const opset = 17;
const irVersion = 8;

const attributeTypes = { float: 1, int: 2, string: 3, ints: 7 } as const;

function toAttribute(name: string, value: Attribute): AttributeProto {
  if (typeof value === 'number') return { name, type: attributeTypes.int, i: value };
  if (typeof value === 'string')
    return { name, type: attributeTypes.string, s: new TextEncoder().encode(value) };
  if ('float' in value) return { name, type: attributeTypes.float, f: value.float };
  return { name, type: attributeTypes.ints, ints: value };
}

/** The little-endian bytes of a constant. */
function toBytes(data: ConstantData, dtype: ElementType): Uint8Array {
  const typed = {
    float32: () => Float32Array.from(data),
    int32: () => Int32Array.from(data),
    int64: () => BigInt64Array.from(data as readonly number[], BigInt),
    bool: () => Uint8Array.from(data),
  }[dtype]();
  return new Uint8Array(typed.buffer);
}

const toTensor = (value: Value & { data: ConstantData }): TensorProto => ({
  name: value.name,
  dims: value.shape,
  dataType: elementTypes[value.dtype],
  rawData: toBytes(value.data, value.dtype),
});

const toNode = ({ op, inputs, attributes, output }: GraphNode): NodeProto => ({
  name: `${op}_${output.name}`,
  opType: op,
  input: inputs.map((v) => v.name),
  output: [output.name],
  attribute: Object.entries(attributes).map(([name, value]) => toAttribute(name, value)),
});

/** A tensor at the edge of the graph; a dimension may have a name instead of a size. */
export interface Port {
  readonly name: string;
  readonly dtype: ElementType;
  readonly shape: readonly (number | string)[];
}

const toInfo = ({ name, dtype, shape }: Port): ValueInfoProto => ({
  name,
  type: {
    tensorType: {
      elemType: elementTypes[dtype],
      shape: {
        dim: shape.map((d) => (typeof d === 'number' ? { dimValue: d } : { dimParam: d })),
      },
    },
  },
});

/** An output of the model: the value that is computed, and the port that names it. */
export interface Result {
  readonly value: Value;
  readonly port: Port;
}

/** A finished `.onnx` file in memory. */
export interface Model {
  readonly bytes: Uint8Array;
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly nodeCount: number;
  /** Bytes of the intermediate values alive at once, at most: what a run needs beside inputs and constants. */
  readonly peakBytes: number;
  /** States whose new value may be written over the old one, if the model was made for that. */
  readonly inPlace: readonly string[];
}

/** The first output of a model whose results are written into buffers that the caller gives: an empty sequence. */
export const signalOutput = 'written:signal';

const elementBytes: Record<ElementType, number> = { float32: 4, int32: 4, int64: 8, bool: 1 };
const bytesOf = ({ shape, dtype }: Value): number => sizeOf(shape) * elementBytes[dtype];

/** The largest sum of values that are made and still needed, going through the nodes in order. */
function peakBytesOf(nodes: readonly GraphNode[]): number {
  const lastUse = new Map<string, number>();
  nodes.forEach((node, i) => {
    for (const input of node.inputs) lastUse.set(input.name, i);
  });
  const made = new Map<string, number>();
  let alive = 0;
  let peak = 0;
  nodes.forEach((node, i) => {
    made.set(node.output.name, bytesOf(node.output));
    alive += bytesOf(node.output);
    peak = Math.max(peak, alive);
    for (const { name } of new Set(node.inputs)) {
      if (lastUse.get(name) !== i) continue;
      alive -= made.get(name) ?? 0;
    }
  });
  return peak;
}

const signalNode: NodeProto = {
  name: signalOutput,
  opType: 'SequenceEmpty',
  output: [signalOutput],
  attribute: [{ name: 'dtype', type: attributeTypes.int, i: elementTypes.float32 }],
};
const signalInfo: ValueInfoProto = { name: signalOutput, type: {} };

/**
 * The shapes that Reshapes take, as inputs that have a default. onnxruntime then does not know the sizes
 * of what is computed before it runs. Where it does, it lets later values of the same size have the
 * buffers of earlier ones and keeps those buffers in between: a step of DCGAN takes 1.6 times the memory.
 */
const shapePorts = (nodes: readonly GraphNode[]): Port[] => {
  const shapes = nodes.flatMap(({ op, inputs }) => (op === 'Reshape' ? inputs.slice(1) : []));
  return [
    ...new Map(shapes.map(({ name, dtype, shape }) => [name, { name, dtype, shape }])).values(),
  ];
};

/** Texts for the file's metadata, by key; they may tell of its inputs and outputs. */
export type Metadata = (ports: {
  inputs: readonly Port[];
  outputs: readonly Port[];
}) => Readonly<Record<string, string>>;

/** The results may not be named as inputs are: state that changes has two names. */
function assertNewNames(
  name: string,
  graph: Pick<Graph, 'inputs'>,
  results: readonly Result[],
): void {
  const taken = results
    .map(({ port }) => port.name)
    .filter((result) => graph.inputs.some((input) => input.name === result));
  if (taken.length === 0) return;
  throw new Error(
    `${name}: expected outputs named unlike the inputs, got ${taken.join()} for both`,
  );
}

/**
 * Write a graph as an `.onnx` file. What no result needs is left out, inputs too; the rest is checked
 * first (check-graph.ts).
 */
export function toModel(
  graph: Pick<Graph, 'nodes' | 'inputs'>,
  results: readonly Result[],
  options: {
    name: string;
    inputs?: readonly Port[];
    metadata?: Metadata;
    /** Make a model for buffers that the caller gives, with the states that it updates. */
    updates?: Updates | undefined;
  },
): Model {
  assertNewNames(options.name, graph, results);
  const live = liveNodes(
    graph.nodes,
    results.map(({ value }) => value),
  );
  const named = nameResults(
    live,
    results.map(({ value, port }) => ({ name: port.name, value })),
  );
  const { values } = named;
  const { nodes, inPlace } = options.updates
    ? updateInPlace(named.nodes, options.updates)
    : { nodes: named.nodes, inPlace: [] };
  const used = new Map(nodes.flatMap((node) => node.inputs).map((v) => [v.name, v]));
  const fed = graph.inputs.filter(({ name }) => used.has(name));
  checkGraph(options.name, { inputs: fed, nodes, results: values });
  const inputs = (options.inputs ?? graph.inputs).filter(({ name }) => used.has(name));
  const constants = [...used.values()].filter(
    (v): v is Value & { data: ConstantData } => v.data !== undefined,
  );
  const outputs = results.map(({ port }) => port);
  const metadata = Object.entries(options.metadata?.({ inputs, outputs }) ?? {});
  const bytes = encodeModel({
    irVersion,
    producerName: 'ganvas',
    opsetImport: [{ domain: '', version: opset }],
    metadataProps: metadata.map(([key, value]) => ({ key, value })),
    graph: {
      name: options.name,
      node: [...(options.updates ? [signalNode] : []), ...nodes.map(toNode)],
      initializer: constants.map(toTensor),
      input: [...inputs, ...(options.updates ? shapePorts(nodes) : [])].map(toInfo),
      output: [...(options.updates ? [signalInfo] : []), ...outputs.map(toInfo)],
    },
  });
  const peakBytes = peakBytesOf(nodes);
  return { bytes, inputs, outputs, nodeCount: nodes.length, peakBytes, inPlace };
}
