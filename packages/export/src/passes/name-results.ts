import type { GraphNode, Value } from '../graph.js';

/** A value that leaves the graph, under the name that it leaves by. */
export interface NamedValue {
  readonly name: string;
  readonly value: Value;
}

/**
 * Give results their names. A node that computes one writes it under its name, so nothing is copied; an
 * Identity is left only for what no node computes, and for a value that leaves by a second name.
 */
export function nameResults(
  nodes: readonly GraphNode[],
  results: readonly NamedValue[],
): { nodes: GraphNode[]; values: Value[] } {
  const computed = new Set(nodes.map(({ output }) => output.name));
  const renamed = new Map<string, Value>();
  const copies: GraphNode[] = [];
  const values = results.map(({ name, value }) => {
    const output = { name, shape: value.shape, dtype: value.dtype };
    if (computed.has(value.name) && !renamed.has(value.name)) renamed.set(value.name, output);
    else copies.push({ op: 'Identity', inputs: [value], attributes: {}, output });
    return output;
  });
  const current = (value: Value): Value => renamed.get(value.name) ?? value;
  const named = [...nodes, ...copies].map((node) => ({
    ...node,
    inputs: node.inputs.map(current),
    output: current(node.output),
  }));
  return { nodes: named, values };
}
