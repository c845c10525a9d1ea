import { describe, expect, it } from 'vitest';
import { Graph, type Value } from '../graph.js';

const spec = { shape: [2], dtype: 'float32' } as const;

describe('keyOfNode', () => {
  it('makes equal nodes one node, and keeps those that differ in an input or attribute', () => {
    const graph = new Graph();
    const [x, y] = [graph.input('x', [2], 'float32'), graph.input('y', [2], 'float32')];
    const leaky = (value: Value, alpha: number) =>
      graph.add('LeakyRelu', [value], spec, { alpha: { float: alpha } });
    expect(leaky(x, 0.1)).toBe(leaky(x, 0.1));
    expect(leaky(x, 0.2)).not.toBe(leaky(x, 0.1));
    expect(leaky(y, 0.1)).not.toBe(leaky(x, 0.1));
    expect(graph.nodes).toHaveLength(3);
  });
});

describe('keyOfConstant', () => {
  it('shares constants by their numbers, shape and dtype', () => {
    const graph = new Graph();
    expect(graph.integers([1, 2])).toBe(graph.integers([1, 2]));
    expect(graph.integers([1, 2])).not.toBe(graph.integers([2, 1]));
    expect(graph.scalar(1)).not.toBe(graph.constant([1], [1], 'float32'));
    expect(graph.scalar(1)).not.toBe(graph.scalar(1, 'int32'));
    expect(graph.scalar(0)).not.toBe(graph.scalar(-0));
  });

  it('shares a constant of any size that is one number everywhere', () => {
    const graph = new Graph();
    const filled = (x: number) => graph.constant(new Float32Array(1000).fill(x), [1000], 'float32');
    expect(filled(3)).toBe(filled(3));
    expect(filled(3)).not.toBe(filled(4));
    expect(filled(3).uniform).toBe(3);
    const mixed = new Float32Array(1000);
    mixed[999] = -0;
    expect(graph.constant(mixed, [1000], 'float32').uniform).toBeUndefined();
  });
});
