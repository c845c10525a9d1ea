import {
  type Attribute,
  type Graph,
  type GraphNode,
  isSameShape,
  type OutputSpec,
  sizeOf,
  type Value,
} from './graph.js';
import { signatureOf } from './inference/infer.js';
import type { AttributeType } from './inference/signature.js';

const spell = ({ dtype, shape }: OutputSpec): string => `${dtype}[${shape}]`;

const typeOf = (value: Attribute): AttributeType => {
  if (typeof value === 'number') return 'int';
  if (typeof value === 'string') return 'string';
  return 'float' in value ? 'float' : 'ints';
};

/** What is wrong with a node by itself. */
function faultsOf({ op, inputs, attributes, output }: GraphNode): string[] {
  const signature = signatureOf(op);
  if (!signature) {
    return ['expected an op with an inferred shape, got none: add it to src/inference'];
  }
  const faults = Object.entries(attributes)
    .filter(([name, value]) => signature.attributes[name] !== typeOf(value))
    .map(([name, value]) => {
      const expected = signature.attributes[name] ?? 'none of this name';
      return `attribute ${name}: expected ${expected}, got ${typeOf(value)}`;
    });
  try {
    const inferred = signature.infer(inputs, attributes);
    if (inferred.dtype === output.dtype && isSameShape(inferred.shape, output.shape)) return faults;
    return [...faults, `expected ${spell(inferred)} by its inputs, got ${spell(output)} declared`];
  } catch (error) {
    return [...faults, (error as Error).message];
  }
}

/** What is wrong with a constant. */
function constantFaults({ data, shape }: Value): string[] {
  const count = data?.length ?? 0;
  return count === sizeOf(shape)
    ? []
    : [`expected ${sizeOf(shape)} numbers for [${shape}], got ${count}`];
}

/** The parts of a graph that go into a file. */
export interface FinishedGraph extends Pick<Graph, 'nodes' | 'inputs'> {
  readonly results: readonly Value[];
}

/**
 * Check a graph before it is written: names are unique, values are made before they are used, results
 * and nodes are all needed, ops and attributes are known, and shapes and dtypes follow from the inputs.
 *
 * @param name of the graph, for the message
 */
export function checkGraph(name: string, { nodes, inputs, results }: FinishedGraph): void {
  const made = new Map<string, Value>();
  const used = new Set<string>(results.map((value) => value.name));
  const faults: string[] = [];
  const define = (value: Value, what: string): void => {
    if (made.has(value.name)) faults.push(`${what}: expected a name of its own, got it twice`);
    made.set(value.name, value);
  };
  const use = (value: Value, what: string): void => {
    used.add(value.name);
    const known = made.get(value.name);
    if (known === value) return;
    if (known) faults.push(`${what}: expected one value named ${value.name}, got two`);
    else if (!value.data)
      faults.push(`${what}: expected ${value.name} to be made before, got it from nowhere`);
    else {
      define(value, value.name);
      faults.push(...constantFaults(value).map((fault) => `${value.name}: ${fault}`));
    }
  };
  for (const input of inputs) define(input, `input ${input.name}`);
  for (const node of nodes) {
    const what = `${node.op} ${node.output.name}`;
    for (const input of node.inputs) use(input, what);
    faults.push(...faultsOf(node).map((fault) => `${what}: ${fault}`));
    define(node.output, what);
  }
  for (const result of results) use(result, `result ${result.name}`);
  for (const { op, output } of nodes) {
    if (!used.has(output.name)) faults.push(`${op} ${output.name}: expected a use, got none`);
  }
  if (faults.length > 0) throw new Error(`${name}: ${faults.join('\n')}`);
}
