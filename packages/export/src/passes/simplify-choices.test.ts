import { describe, expect, it } from 'vitest';
import type { Value } from '../graph.js';
import { beforeAndAfter, type Writer } from '../testing/before-and-after.js';
import { rewriteBy } from './rules.js';
import { simplifyChoices } from './simplify-choices.js';

const show = (write: (writer: Writer) => Value) =>
  beforeAndAfter(rewriteBy(simplifyChoices), write);
const isPositive = ({ graph, node }: Writer, x: Value): Value =>
  node('Greater', [x, graph.scalar(0)], x.shape, { dtype: 'bool' });

describe('simplifyChoices', () => {
  it('makes a choice that is known', () => {
    const text = show(({ graph, input, node }) => {
      const never = graph.constant([0, 0], [2], 'bool');
      const chosen = node('Where', [never, input('x', 2), input('z', 1)], [2], {
        dtype: 'float32',
      });
      return node('Exp', [chosen], [2]);
    });
    expect(text).toMatchInlineSnapshot(`
      "v1 = Where([0,0], x, z) : float32[2]
      y = Exp(v1) : float32[2]
        becomes
      v2 = Expand(z, [2]) : float32[2]
      y = Exp(v2) : float32[2]"
    `);
  });

  it('chooses between 1 and 0 by a cast', () => {
    const text = show((writer) => {
      const { graph, input, node } = writer;
      const choices = [graph.scalar(1), graph.scalar(0)];
      return node('Where', [isPositive(writer, input('x', 2)), ...choices], [2], {
        dtype: 'float32',
      });
    });
    expect(text).toMatchInlineSnapshot(`
      "v2 = Greater(x, 0) : bool[2]
      y = Where(v2, 1, 0) : float32[2]
        becomes
      v2 = Greater(x, 0) : bool[2]
      y = Cast(v2) {to=1} : float32[2]"
    `);
  });

  it('turns the choices round instead of the condition, and drops one between equals', () => {
    const text = show((writer) => {
      const { input, node } = writer;
      const [x, z] = [input('x', 2), input('z', 2)];
      const condition = node('Not', [isPositive(writer, x)], [2]);
      const turned = node('Where', [condition, x, z], [2], { dtype: 'float32' });
      return node('Where', [isPositive(writer, z), turned, turned], [2], { dtype: 'float32' });
    });
    expect(text).toMatchInlineSnapshot(`
      "v1 = Greater(x, 0) : bool[2]
      v2 = Not(v1) : bool[2]
      v3 = Where(v2, x, z) : float32[2]
      v4 = Greater(z, 0) : bool[2]
      y = Where(v4, v3, v3) : float32[2]
        becomes
      v1 = Greater(x, 0) : bool[2]
      y = Where(v1, z, x) : float32[2]"
    `);
  });
});
