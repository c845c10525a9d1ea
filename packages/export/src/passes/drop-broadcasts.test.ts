import { describe, expect, it } from 'vitest';
import type { Value } from '../graph.js';
import { beforeAndAfter, type Writer } from '../testing/before-and-after.js';
import { dropBroadcasts } from './drop-broadcasts.js';
import { rewrite } from './rewrite.js';
import { rewriteBy } from './rules.js';

const ones = ({ graph }: Writer, ...shape: number[]): Value =>
  graph.constant(new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1), shape, 'float32');

describe('dropBroadcasts', () => {
  it('takes a constant that is one number everywhere as that number', () => {
    const text = beforeAndAfter(rewriteBy(dropBroadcasts), (writer) =>
      writer.node('Max', [writer.input('x', 2, 3), ones(writer, 2, 3)], [2, 3]),
    );
    expect(text).toMatchInlineSnapshot(`
      "y = Max(x, 1:[2,3]) : float32[2,3]
        becomes
      y = Max(x, 1) : float32[2,3]"
    `);
  });

  it('repeats after the op what was repeated before it', () => {
    const text = beforeAndAfter(rewriteBy(dropBroadcasts), (writer) => {
      const repeated = writer.graph.expand(writer.input('x', 2, 1), [2, 3]);
      return writer.node('Exp', [writer.node('Add', [repeated, ones(writer, 3)], [2, 3])], [2, 3]);
    });
    expect(text).toMatchInlineSnapshot(`
      "v1 = Expand(x, [1,3]) : float32[2,3]
      v3 = Add(v1, [1,1,1]) : float32[2,3]
      y = Exp(v3) : float32[2,3]
        becomes
      v4 = Add(x, 1) : float32[2,1]
      v6 = Exp(v4) : float32[2,1]
      y = Expand(v6, [1,3]) : float32[2,3]"
    `);
  });

  it('drops the ones that the gradient of a sum multiplies by', () => {
    const text = beforeAndAfter(rewrite, (writer) => {
      const { graph, input, node } = writer;
      const dy = graph.reshape(input('dy'), [1, 1]);
      const spread = node('Mul', [dy, ones(writer, 4, 5)], [4, 5]);
      return node('Mul', [spread, input('x', 4, 5)], [4, 5]);
    });
    expect(text).toMatchInlineSnapshot(`
      "v1 = Reshape(dy, [1,1]) {allowzero=0} : float32[1,1]
      v3 = Mul(v1, 1:[4,5]) : float32[4,5]
      y = Mul(v3, x) : float32[4,5]
        becomes
      v1 = Reshape(dy, [1,1]) {allowzero=0} : float32[1,1]
      y = Mul(v1, x) : float32[4,5]"
    `);
  });

  it('does not touch what another op takes whole', () => {
    const text = beforeAndAfter(rewriteBy(dropBroadcasts), (writer) =>
      writer.node('Concat', [writer.input('x', 2), ones(writer, 2)], [4], {
        attributes: { axis: 0 },
      }),
    );
    expect(text).toMatchInlineSnapshot(`
      "y = Concat(x, [1,1]) {axis=0} : float32[4]
        becomes
      y = Concat(x, [1,1]) {axis=0} : float32[4]"
    `);
  });
});
