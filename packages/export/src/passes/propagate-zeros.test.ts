import { describe, expect, it } from 'vitest';
import type { Value } from '../graph.js';
import { beforeAndAfter, type Writer } from '../testing/before-and-after.js';
import { propagateZeros } from './propagate-zeros.js';
import { rewrite } from './rewrite.js';
import { rewriteBy } from './rules.js';

const zeros = ({ graph }: Writer, ...shape: number[]): Value =>
  graph.constant(new Float32Array(shape.reduce((a, b) => a * b, 1)), shape, 'float32');
const one = { float: 1 };

describe('propagateZeros', () => {
  it('takes products with zeros for zeros, of the shape that they have', () => {
    const text = beforeAndAfter(rewriteBy(propagateZeros), (writer) => {
      const { input, node } = writer;
      const scaled = node('Mul', [input('x', 2, 1), zeros(writer, 3)], [2, 3]);
      const product = node('MatMul', [scaled, input('w', 3, 4)], [2, 4]);
      return node('Div', [product, input('z', 2, 4)], [2, 4]);
    });
    expect(text).toMatchInlineSnapshot(`
      "v1 = Mul(x, [0,0,0]) : float32[2,3]
      v2 = MatMul(v1, w) : float32[2,4]
      y = Div(v2, z) : float32[2,4]
        becomes
      y = Identity(0:[2,4]) : float32[2,4]"
    `);
  });

  it('keeps a division by zero, and what is added to a product with zeros', () => {
    const text = beforeAndAfter(rewriteBy(propagateZeros), (writer) => {
      const { input, node } = writer;
      const attributes = { alpha: one, beta: one, transA: 0, transB: 0 };
      const biased = node('Gemm', [zeros(writer, 2, 3), input('w', 3, 4), input('b', 4)], [2, 4], {
        attributes,
      });
      return node('Div', [biased, zeros(writer, 2, 4)], [2, 4]);
    });
    expect(text.split('becomes\n')[1]).toMatchInlineSnapshot(`
      "v2 = Expand(b, [2,1]) : float32[2,4]
      y = Div(v2, 0:[2,4]) : float32[2,4]"
    `);
  });

  it('puts equal numbers together, and no others', () => {
    const parts = (writer: Writer, second: Value): Value =>
      writer.node('Concat', [zeros(writer, 2, 3), second], [2, 6], { attributes: { axis: 1 } });
    const show = (second: (writer: Writer) => Value) =>
      beforeAndAfter(rewriteBy(propagateZeros), (writer) => parts(writer, second(writer)));
    expect(show((writer) => zeros(writer, 2, 3))).toMatchInlineSnapshot(`
      "y = Concat(0:[2,3], 0:[2,3]) {axis=1} : float32[2,6]
        becomes
      y = Identity(0:[2,6]) : float32[2,6]"
    `);
    const filled =
      (x: number) =>
      ({ graph }: Writer) =>
        graph.constant(new Float32Array(6).fill(x), [2, 3], 'float32');
    expect(show(filled(5))).toMatch(/becomes\n.*Concat/);
    expect(show(filled(-0))).toMatch(/becomes\n.*Concat/);
    expect(show(({ input }) => input('x', 2, 3))).toMatch(/becomes\n.*Concat/);
  });

  it('drops the branch of a gradient that is zero', () => {
    const text = beforeAndAfter(rewrite, (writer) => {
      const { graph, input, node } = writer;
      const dy = node('Mul', [input('dy', 2, 3), zeros(writer, 2, 3)], [2, 3]);
      const back = node('MatMul', [dy, graph.transpose(input('w', 4, 3), [1, 0])], [2, 4]);
      return node('Add', [node('Exp', [input('x', 2, 4)], [2, 4]), back], [2, 4]);
    });
    expect(text.split('becomes\n')[1]).toBe('y = Exp(x) : float32[2,4]');
  });
});
