import { describe, expect, it } from 'vitest';
import { Graph } from '../graph.js';
import { foldConstants } from './fold-constants.js';
import { rewriteBy } from './rules.js';

const graphThatFolds = () => new Graph(rewriteBy(foldConstants));

describe('foldConstants', () => {
  it('transposes and reshapes constants as they are added', () => {
    const graph = graphThatFolds();
    const matrix = graph.constant([1, 2, 3, 4, 5, 6], [2, 3], 'float32');
    const turned = graph.transpose(matrix, [1, 0]);
    expect([...(turned.data ?? [])]).toEqual([1, 4, 2, 5, 3, 6]);
    expect(graph.reshape(turned, [2, 3]).shape).toEqual([2, 3]);
    expect(graph.nodes).toEqual([]);
  });

  it('computes float32 numbers as float32', () => {
    const graph = graphThatFolds();
    const spec = { shape: [], dtype: 'float32' } as const;
    const product = graph.add('Mul', [graph.scalar(0.3), graph.scalar(3)], spec);
    expect(product.uniform).toBe(Math.fround(Math.fround(0.3) * 3));
    expect(product.uniform).not.toBe(Math.fround(0.3 * 3));
  });

  it('casts truth values and whole numbers, and leaves float32 to int32 to the runtime', () => {
    const graph = graphThatFolds();
    expect([...(graph.cast(graph.constant([0, 3], [2], 'int32'), 'bool').data ?? [])]).toEqual([
      0, 1,
    ]);
    expect(graph.cast(graph.constant([2, 3], [2], 'int32'), 'float32').dtype).toBe('float32');
    graph.cast(graph.constant([1e20, 3], [2], 'float32'), 'int32');
    expect(graph.nodes.map(({ op }) => op)).toEqual(['Cast']);
  });
});
