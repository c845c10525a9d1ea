import { describe, expect, it } from 'vitest';
import type { Value } from '../graph.js';
import { beforeAndAfter, type Writer } from '../testing/before-and-after.js';
import { rewriteBy } from './rules.js';
import { simplifyMovement } from './simplify-movement.js';

const show = (write: (writer: Writer) => Value) =>
  beforeAndAfter(rewriteBy(simplifyMovement), write);

const slice = ({ graph, node }: Writer, x: Value, start: number[], end: number[]): Value => {
  const axes = start.map((_, axis) => axis);
  const bounds = [start, end, axes, axes.map(() => 1)].map((list) => graph.integers(list));
  return node(
    'Slice',
    [x, ...bounds],
    start.map((from, axis) => (end[axis] as number) - from),
  );
};

describe('simplifyMovement', () => {
  it('reshapes once, and not at all where the shape comes back', () => {
    const text = show(({ graph, input, node }) => {
      const x = input('x', 2, 3);
      const there = graph.reshape(graph.reshape(x, [6]), [3, 2]);
      const back = graph.reshape(graph.reshape(x, [6]), [2, 3]);
      return node('MatMul', [there, back], [3, 3]);
    });
    expect(text).toMatchInlineSnapshot(`
      "v1 = Reshape(x, [6]) {allowzero=0} : float32[6]
      v3 = Reshape(v1, [3,2]) {allowzero=0} : float32[3,2]
      v5 = Reshape(v1, [2,3]) {allowzero=0} : float32[2,3]
      y = MatMul(v3, v5) : float32[3,3]
        becomes
      v3 = Reshape(x, [3,2]) {allowzero=0} : float32[3,2]
      y = MatMul(v3, x) : float32[3,3]"
    `);
  });

  it('transposes once, and not at all where the axes come back', () => {
    const text = show(({ graph, input, node }) => {
      const x = input('x', 3, 3, 3, 3);
      const nchw = graph.transpose(x, [0, 3, 1, 2]);
      const back = graph.transpose(nchw, [0, 2, 3, 1]);
      return node(
        'Add',
        [back, graph.transpose(graph.transpose(nchw, [1, 0, 2, 3]), [3, 2, 0, 1])],
        [3, 3, 3, 3],
      );
    });
    expect(text).toMatchInlineSnapshot(`
      "v0 = Transpose(x) {perm=[0,3,1,2]} : float32[3,3,3,3]
      v1 = Transpose(v0) {perm=[0,2,3,1]} : float32[3,3,3,3]
      v2 = Transpose(v0) {perm=[1,0,2,3]} : float32[3,3,3,3]
      v3 = Transpose(v2) {perm=[3,2,0,1]} : float32[3,3,3,3]
      y = Add(v1, v3) : float32[3,3,3,3]
        becomes
      v2 = Transpose(x) {perm=[2,1,3,0]} : float32[3,3,3,3]
      y = Add(x, v2) : float32[3,3,3,3]"
    `);
  });

  it('reshapes where only axes of size 1 are transposed', () => {
    const text = show(({ graph, input }) => graph.transpose(input('x', 2, 1, 1, 5), [0, 3, 1, 2]));
    expect(text).toMatchInlineSnapshot(`
      "y = Transpose(x) {perm=[0,3,1,2]} : float32[2,5,1,1]
        becomes
      y = Reshape(x, [2,5,1,1]) {allowzero=0} : float32[2,5,1,1]"
    `);
  });

  it('casts truth values once', () => {
    const text = show(({ graph, input, node }) => {
      const x = input('x', 2);
      const isPositive = node('Greater', [x, graph.scalar(0)], [2], { dtype: 'bool' });
      return graph.cast(graph.cast(isPositive, 'int32'), 'float32');
    });
    expect(text).toMatchInlineSnapshot(`
      "v1 = Greater(x, 0) : bool[2]
      v2 = Cast(v1) {to=6} : int32[2]
      y = Cast(v2) {to=1} : float32[2]
        becomes
      v1 = Greater(x, 0) : bool[2]
      y = Cast(v1) {to=1} : float32[2]"
    `);
  });

  it('keeps a cast that cuts off, and drops one to the dtype that is there', () => {
    const text = show(({ graph, input }) =>
      graph.cast(graph.cast(graph.cast(input('x', 2), 'float32'), 'int32'), 'float32'),
    );
    expect(text).toMatchInlineSnapshot(`
      "v0 = Cast(x) {to=1} : float32[2]
      v1 = Cast(v0) {to=6} : int32[2]
      y = Cast(v1) {to=1} : float32[2]
        becomes
      v0 = Cast(x) {to=6} : int32[2]
      y = Cast(v0) {to=1} : float32[2]"
    `);
  });

  it('takes a part of a part, and of what was put together, from the source', () => {
    const text = show((writer) => {
      const [x, z] = [writer.input('x', 4, 3), writer.input('z', 5, 3)];
      const both = writer.node('Concat', [x, z], [9, 3], { attributes: { axis: 0 } });
      return slice(writer, slice(writer, both, [2, 0], [9, 2]), [3, 0], [6, 2]);
    });
    expect(text).toMatchInlineSnapshot(`
      "v0 = Concat(x, z) {axis=0} : float32[9,3]
      v5 = Slice(v0, [2,0], [9,2], [0,1], [1,1]) : float32[7,2]
      y = Slice(v5, [3,0], [6,2], [0,1], [1,1]) : float32[3,2]
        becomes
      y = Slice(z, [1,0], [4,2], [0,1], [1,1]) : float32[3,2]"
    `);
  });

  it('keeps a part that lies across what was put together', () => {
    const text = show((writer) => {
      const [x, z] = [writer.input('x', 4, 3), writer.input('z', 5, 3)];
      const both = writer.node('Concat', [x, z], [9, 3], { attributes: { axis: 0 } });
      return slice(writer, both, [3, 0], [5, 3]);
    });
    expect(text).toContain(
      'becomes\nv0 = Concat(x, z) {axis=0} : float32[9,3]\ny = Slice(v0, [3], [5], [0], [1])',
    );
  });

  it('puts parts together again only where they are the whole, in order', () => {
    const join = (...starts: number[]) =>
      show((writer) => {
        const x = writer.input('x', 4, 3);
        const parts = starts.map((start) => slice(writer, x, [start, 0], [start + 2, 3]));
        return writer.node(
          'Exp',
          [writer.node('Concat', parts, [4, 3], { attributes: { axis: 0 } })],
          [4, 3],
        );
      }).split('becomes\n')[1];
    expect(join(0, 2)).toBe('y = Exp(x) : float32[4,3]');
    expect(join(2, 0)).toContain('Concat');
    expect(join(0, 1)).toContain('Concat');
  });

  it('drops Concat of one, Pad by nothing, Tile by ones and Expand to the same shape', () => {
    const text = show(({ graph, input, node }) => {
      const one = node('Concat', [input('x', 2)], [2], { attributes: { axis: 0 } });
      const padded = node('Pad', [one, graph.integers([0, 0]), graph.scalar(0)], [2], {
        attributes: { mode: 'constant' },
      });
      const tiled = node('Tile', [padded, graph.integers([1])], [2]);
      return node('Exp', [graph.expand(tiled, [2])], [2]);
    });
    expect(text).toMatchInlineSnapshot(`
      "v0 = Concat(x) {axis=0} : float32[2]
      v3 = Pad(v0, [0,0], 0) {mode=constant} : float32[2]
      v5 = Tile(v3, [1]) : float32[2]
      v6 = Expand(v5, [1]) : float32[2]
      y = Exp(v6) : float32[2]
        becomes
      y = Exp(x) : float32[2]"
    `);
  });
});
