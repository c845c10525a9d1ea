import { describe, expect, it } from 'vitest';
import { Graph } from '../graph.js';
import { rewrite } from './rewrite.js';
import { rewriteBy } from './rules.js';

const spec = { shape: [2], dtype: 'float32' } as const;

describe('rewrite', () => {
  it('takes time that grows with the nodes and not with their square', () => {
    const timeOf = (count: number): number => {
      const graph = new Graph(rewrite);
      let value = graph.input('x', [2], 'float32');
      const startedAt = performance.now();
      for (let i = 0; i < count; i++) {
        value = graph.add('Add', [graph.add('Neg', [value], spec), graph.scalar(i)], spec);
      }
      return performance.now() - startedAt;
    };
    timeOf(2000);
    // 16 times the nodes: linear takes 16 times as long, quadratic 256 times.
    expect(timeOf(32_000)).toBeLessThan(80 * Math.max(timeOf(2000), 2));
  });
});

describe('rewriteBy', () => {
  it('refuses a rewrite to another shape, with both', () => {
    const wrong = rewriteBy({ Exp: [(graph) => graph.scalar(1)] });
    const graph = new Graph(wrong);
    expect(() => graph.add('Exp', [graph.input('x', [2], 'float32')], spec)).toThrow(
      'Exp: expected a rewrite to float32[2], got float32[]',
    );
  });
});
