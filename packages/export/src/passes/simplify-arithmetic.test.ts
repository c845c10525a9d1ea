import { describe, expect, it } from 'vitest';
import type { Value } from '../graph.js';
import { beforeAndAfter, type Writer } from '../testing/before-and-after.js';
import { rewriteBy } from './rules.js';
import { simplifyArithmetic } from './simplify-arithmetic.js';

const show = (write: (writer: Writer) => Value) =>
  beforeAndAfter(rewriteBy(simplifyArithmetic), write);

describe('simplifyArithmetic', () => {
  it.each([
    ['Add', 0],
    ['Sub', 0],
    ['Mul', 1],
    ['Div', 1],
    ['Pow', 1],
  ])('drops %s by %d', (op, x) => {
    const text = show(({ graph, input, node }) =>
      node('Exp', [node(op, [input('x', 2), graph.scalar(x)], [2])], [2]),
    );
    expect(text).toContain('becomes\ny = Exp(x) : float32[2]');
  });

  it('drops 0 + x and 1 * x, which commute, and keeps 0 - x and 1 / x, which do not', () => {
    const flipped = (op: string, constant: number) =>
      show(({ graph, input, node }) =>
        node('Exp', [node(op, [graph.scalar(constant), input('x', 2)], [2])], [2]),
      ).split('becomes\n')[1];
    expect(flipped('Add', 0)).toBe('y = Exp(x) : float32[2]');
    expect(flipped('Mul', 1)).toBe('y = Exp(x) : float32[2]');
    expect(flipped('Sub', 0)).toMatch(/Sub\(0, x\)/);
    expect(flipped('Div', 1)).toMatch(/Div\(1, x\)/);
  });

  it('keeps x * 0 and x - x, which are NaN for an infinite x', () => {
    const text = show(({ graph, input, node }) => {
      const x = input('x', 2);
      return node('Add', [node('Mul', [x, graph.scalar(0)], [2]), node('Sub', [x, x], [2])], [2]);
    });
    expect(text).toMatchInlineSnapshot(`
      "v1 = Mul(x, 0) : float32[2]
      v2 = Sub(x, x) : float32[2]
      y = Add(v1, v2) : float32[2]
        becomes
      v2 = Mul(x, 0) : float32[2]
      v3 = Sub(x, x) : float32[2]
      y = Add(v2, v3) : float32[2]"
    `);
  });

  it('keeps a sum with zeros that repeats its other operand', () => {
    const text = show(({ graph, input, node }) => {
      const zeros = graph.constant([0, 0, 0, 0], [2, 2], 'float32');
      return node('Add', [input('x', 2), zeros], [2, 2]);
    });
    expect(text).toMatchInlineSnapshot(`
      "y = Add(x, 0:[2,2]) : float32[2,2]
        becomes
      y = Add(x, 0:[2,2]) : float32[2,2]"
    `);
  });

  it('cancels signs', () => {
    const text = show(({ input, node }) => {
      const [x, z] = [input('x', 2), input('z', 2)];
      const minus = (value: Value) => node('Neg', [value], [2]);
      const sum = node('Add', [node('Sub', [x, minus(z)], [2]), minus(minus(minus(z)))], [2]);
      return node('Mul', [minus(sum), minus(z)], [2]);
    });
    expect(text).toMatchInlineSnapshot(`
      "v0 = Neg(z) : float32[2]
      v1 = Sub(x, v0) : float32[2]
      v2 = Neg(v0) : float32[2]
      v3 = Neg(v2) : float32[2]
      v4 = Add(v1, v3) : float32[2]
      v5 = Neg(v4) : float32[2]
      y = Mul(v5, v0) : float32[2]
        becomes
      v1 = Add(x, z) : float32[2]
      v2 = Sub(v1, z) : float32[2]
      y = Mul(v2, z) : float32[2]"
    `);
  });

  it('moves a sign into a constant, and makes -1 one', () => {
    const text = show(({ graph, input, node }) => {
      const x = input('x', 2);
      const half = node('Mul', [node('Neg', [x], [2]), graph.scalar(0.3)], [2]);
      const minus = node('Mul', [graph.scalar(-1), node('Abs', [half], [2])], [2]);
      return node('Mul', [node('Exp', [minus], [2]), graph.scalar(-1)], [2]);
    });
    expect(text).toMatchInlineSnapshot(`
      "v0 = Neg(x) : float32[2]
      v2 = Mul(v0, 0.30000001192092896) : float32[2]
      v4 = Abs(v2) : float32[2]
      v5 = Mul(-1, v4) : float32[2]
      v6 = Exp(v5) : float32[2]
      y = Mul(v6, -1) : float32[2]
        becomes
      v3 = Mul(x, -0.30000001192092896) : float32[2]
      v5 = Abs(v3) : float32[2]
      v6 = Neg(v5) : float32[2]
      v7 = Exp(v6) : float32[2]
      y = Neg(v7) : float32[2]"
    `);
  });

  it('multiplies constants together where one is a power of two, and nowhere else', () => {
    const text = show(({ graph, input, node }) => {
      const times = (value: Value, factor: number) =>
        node('Mul', [value, graph.scalar(factor)], [2]);
      return times(times(times(input('x', 2), 0.3), 4), 0.7);
    });
    expect(text).toMatchInlineSnapshot(`
      "v1 = Mul(x, 0.30000001192092896) : float32[2]
      v3 = Mul(v1, 4) : float32[2]
      y = Mul(v3, 0.699999988079071) : float32[2]
        becomes
      v7 = Mul(x, 1.2000000476837158) : float32[2]
      y = Mul(v7, 0.699999988079071) : float32[2]"
    `);
  });

  it('divides by a power of two as a product, and by nothing else', () => {
    const text = show(({ graph, input, node }) =>
      node('Div', [node('Div', [input('x', 2), graph.scalar(-8)], [2]), graph.scalar(3)], [2]),
    );
    expect(text).toMatchInlineSnapshot(`
      "v1 = Div(x, -8) : float32[2]
      y = Div(v1, 3) : float32[2]
        becomes
      v4 = Mul(x, -0.125) : float32[2]
      y = Div(v4, 3) : float32[2]"
    `);
  });

  it('writes squares and square roots for powers', () => {
    const text = show(({ graph, input, node }) => {
      const square = node('Pow', [input('x', 2), graph.scalar(2)], [2]);
      return node('Pow', [node('Pow', [square, graph.scalar(0.5)], [2]), graph.scalar(1.5)], [2]);
    });
    expect(text).toMatchInlineSnapshot(`
      "v1 = Pow(x, 2) : float32[2]
      v3 = Pow(v1, 0.5) : float32[2]
      y = Pow(v3, 1.5) : float32[2]
        becomes
      v1 = Mul(x, x) : float32[2]
      v3 = Sqrt(v1) : float32[2]
      y = Pow(v3, 1.5) : float32[2]"
    `);
  });
});
