import { describe, expect, it } from 'vitest';
import { showInPlace } from '../testing/write-step.js';

describe('updateInPlace', () => {
  it('writes over a state that its last node alone reads', () => {
    const text = showInPlace(({ graph, input, node }) => {
      const [mean, g] = [input('mean', 2), input('g', 2)];
      const kept = node('Mul', [mean, graph.scalar(0.75)], [2]);
      return {
        next: { mean: node('Add', [kept, node('Mul', [g, graph.scalar(0.25)], [2])], [2]) },
      };
    });
    expect(text).toMatchInlineSnapshot(`
      "v1 = Mul(mean, 0.75) : float32[2]
      v3 = Mul(g, 0.25) : float32[2]
      mean:next = Add(v1, v3) : float32[2]
      in place: mean"
    `);
  });

  it('keeps two buffers where the last node reads the state otherwise than number by number', () => {
    const text = showInPlace(({ input, node }) => {
      const [w, x] = [input('w', 2, 2), input('x', 2, 2)];
      return { next: { w: node('MatMul', [w, x], [2, 2]) } };
    });
    expect(text).toMatchInlineSnapshot(`
      "w:next = MatMul(w, x) : float32[2,2]
      in place: none"
    `);
  });

  it('keeps two buffers for a state that only has another name, and for those that change places', () => {
    const text = showInPlace(({ input, node }) => {
      const [a, b] = [input('a', 2), input('b', 2)];
      return { next: { a: b, b: a, c: node('Add', [a, b], [2]) } };
    });
    expect(text).toMatchInlineSnapshot(`
      "c:next = Add(a, b) : float32[2]
      a:next = Identity(b) : float32[2]
      b:next = Identity(a) : float32[2]
      in place: c"
    `);
  });

  it('keeps two buffers for states that read each other', () => {
    const text = showInPlace(({ input, node }) => {
      const [a, b] = [input('a', 2), input('b', 2)];
      return { next: { a: node('Add', [a, b], [2]), b: node('Sub', [a, b], [2]) } };
    });
    expect(text).toMatchInlineSnapshot(`
      "a:next = Add(a, b) : float32[2]
      b:next = Sub(a, b) : float32[2]
      in place: none"
    `);
  });
});
