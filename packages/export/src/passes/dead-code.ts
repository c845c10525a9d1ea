import type { GraphNode, Value } from '../graph.js';

/** Dead code: the nodes that the results need, in order. What a gradient computes and nobody asks for goes. */
export function liveNodes(nodes: readonly GraphNode[], results: readonly Value[]): GraphNode[] {
  const needed = new Set(results.map(({ name }) => name));
  const live: GraphNode[] = [];
  for (const node of nodes.toReversed()) {
    if (!needed.has(node.output.name)) continue;
    live.push(node);
    for (const input of node.inputs) needed.add(input.name);
  }
  return live.reverse();
}
