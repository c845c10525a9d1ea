import { describe, expect, it } from 'vitest';
import { formatGraph } from '../format-graph.js';
import { Graph, type Value } from '../graph.js';
import { liveNodes } from './dead-code.js';
import { nameResults } from './name-results.js';

const spec = { shape: [2], dtype: 'float32' } as const;

function example(): { graph: Graph; x: Value; exp: Value; sum: Value } {
  const graph = new Graph();
  const x = graph.input('x', [2], 'float32');
  const exp = graph.add('Exp', [x], spec);
  graph.add('Log', [graph.add('Sqrt', [x], spec)], spec);
  return { graph, x, exp, sum: graph.add('Add', [exp, x], spec) };
}

describe('liveNodes', () => {
  it('keeps what the results need, in order', () => {
    const { graph, sum } = example();
    expect(formatGraph(liveNodes(graph.nodes, [sum]))).toMatchInlineSnapshot(`
      "v0 = Exp(x) : float32[2]
      v3 = Add(v0, x) : float32[2]"
    `);
  });
});

describe('nameResults', () => {
  it('has nodes write results under their names, also where others read them', () => {
    const { graph, exp, sum } = example();
    const live = liveNodes(graph.nodes, [exp, sum]);
    const { nodes } = nameResults(live, [
      { name: 'a', value: exp },
      { name: 'b', value: sum },
    ]);
    expect(formatGraph(nodes)).toMatchInlineSnapshot(`
      "a = Exp(x) : float32[2]
      b = Add(a, x) : float32[2]"
    `);
  });

  it('copies what no node computes and what leaves twice', () => {
    const { graph, x, exp } = example();
    const { nodes } = nameResults(liveNodes(graph.nodes, [exp]), [
      { name: 'a', value: exp },
      { name: 'b', value: exp },
      { name: 'c', value: x },
      { name: 'd', value: graph.scalar(3) },
    ]);
    expect(formatGraph(nodes)).toMatchInlineSnapshot(`
      "a = Exp(x) : float32[2]
      b = Identity(a) : float32[2]
      c = Identity(x) : float32[2]
      d = Identity(3) : float32[]"
    `);
  });
});
