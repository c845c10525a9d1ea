import { describe, expect, it } from 'vitest';
import type { Value } from '../graph.js';
import { beforeAndAfter, type Writer } from '../testing/before-and-after.js';
import { fuse } from './fuse.js';
import { rewriteBy } from './rules.js';

const show = (write: (writer: Writer) => Value) => beforeAndAfter(rewriteBy(fuse), write);

const slope = ({ graph, node }: Writer, x: Value, yes: number, no: number): Value => {
  const isPositive = node('Greater', [x, graph.scalar(0)], x.shape, { dtype: 'bool' });
  const slopes = [graph.scalar(yes), graph.scalar(no)];
  return node('Where', [isPositive, ...slopes], x.shape, { dtype: 'float32' });
};

describe('fuse', () => {
  it('has Gemm add a bias, also behind the shape of a picture', () => {
    const text = show(({ graph, input, node }) => {
      const product = node('MatMul', [input('x', 4, 5), input('w', 5, 3)], [4, 3]);
      return node('Add', [graph.reshape(product, [1, 2, 2, 3]), input('b', 3)], [1, 2, 2, 3]);
    });
    expect(text).toMatchInlineSnapshot(`
      "v0 = MatMul(x, w) : float32[4,3]
      v2 = Reshape(v0, [1,2,2,3]) {allowzero=0} : float32[1,2,2,3]
      y = Add(v2, b) : float32[1,2,2,3]
        becomes
      v3 = Gemm(x, w, b) {alpha=1 beta=1 transA=0 transB=0} : float32[4,3]
      y = Reshape(v3, [1,2,2,3]) {allowzero=0} : float32[1,2,2,3]"
    `);
  });

  it('keeps a bias that is not one for each column', () => {
    const text = show(({ graph, input, node }) => {
      const product = node('MatMul', [input('x', 4, 5), input('w', 5, 3)], [4, 3]);
      const rows = node('Add', [product, input('b', 4, 1)], [4, 3]);
      return node('Add', [graph.reshape(product, [3, 4]), graph.reshape(rows, [3, 4])], [3, 4]);
    });
    expect(text.split('becomes\n')[1]).not.toContain('Gemm');
  });

  it('writes the slope of a leaky ReLU without a choice', () => {
    expect(show((writer) => slope(writer, writer.input('x', 2), 1, 0.25))).toMatchInlineSnapshot(`
      "v1 = Greater(x, 0) : bool[2]
      y = Where(v1, 1, 0.25) : float32[2]
        becomes
      v5 = Mul(x, 3.0000000054977558e+38) : float32[2]
      y = Clip(v5, 0.25, 1) : float32[2]"
    `);
  });

  it('gives 1 above zero and alpha elsewhere by that, in float32', () => {
    const clip = (x: number): number => Math.min(Math.max(Math.fround(x * 3e38), 0.25), 1);
    const smallest = 2 ** -126;
    expect([smallest, 1e-20, 1, 1e30].map(clip)).toEqual([1, 1, 1, 1]);
    expect([0, -0, -smallest, -1, -1e30].map(clip)).toEqual([0.25, 0.25, 0.25, 0.25, 0.25]);
  });

  it('takes the side of zero from the result of the activation, where it is there', () => {
    const leaky = show((writer) => {
      const x = writer.input('x', 2);
      const y = writer.node('LeakyRelu', [x], [2], { attributes: { alpha: { float: 0.25 } } });
      return writer.node('Mul', [y, slope(writer, x, 1, 0.25)], [2]);
    });
    expect(leaky.split('becomes\n')[1]).toMatchInlineSnapshot(`
      "v0 = LeakyRelu(x) {alpha=0.25} : float32[2]
      v6 = Mul(v0, 3.0000000054977558e+38) : float32[2]
      v7 = Clip(v6, 0.25, 1) : float32[2]
      y = Mul(v0, v7) : float32[2]"
    `);
    const relu = show(({ graph, input, node }) => {
      const x = input('x', 2);
      const y = node('Relu', [x], [2]);
      const passed = node('Greater', [x, graph.scalar(0)], [2], { dtype: 'bool' });
      return node('Where', [passed, y, graph.scalar(3)], [2]);
    });
    expect(relu.split('becomes\n')[1]).toMatchInlineSnapshot(`
      "v0 = Relu(x) : float32[2]
      v2 = Greater(v0, 0) : bool[2]
      y = Where(v2, v0, 3) : bool[2]"
    `);
  });

  it('drops the axis of one channel beside a number', () => {
    const text = show(({ input, node }) =>
      node('Add', [input('x', 2, 64, 64, 1), input('b', 1)], [2, 64, 64, 1]),
    );
    expect(text.split('becomes\n')[1]).toMatchInlineSnapshot(`
      "v1 = Reshape(x, [2,64,64]) {allowzero=0} : float32[2,64,64]
      v3 = Reshape(b, []) {allowzero=0} : float32[]
      v4 = Add(v1, v3) : float32[2,64,64]
      y = Reshape(v4, [2,64,64,1]) {allowzero=0} : float32[2,64,64,1]"
    `);
    const small = show(({ input, node }) =>
      node('Add', [input('x', 2, 2, 2, 1), input('b', 1)], [2, 2, 2, 1]),
    );
    expect(small.split('becomes\n')[1]).toMatch(/^ *y = Add\(x, b\)/);
  });

  it('keeps the choice for other slopes', () => {
    for (const [yes, no] of [
      [1, -0.5],
      [1, 2],
      [2, 0.5],
    ] as const) {
      expect(show((writer) => slope(writer, writer.input('x', 2), yes, no))).not.toContain('Clip');
    }
  });
});
