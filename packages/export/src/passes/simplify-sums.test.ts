import { describe, expect, it } from 'vitest';
import type { Value } from '../graph.js';
import { beforeAndAfter, type Writer } from '../testing/before-and-after.js';
import { rewriteBy } from './rules.js';
import { simplifySums } from './simplify-sums.js';

const show = (write: (writer: Writer) => Value) => beforeAndAfter(rewriteBy(simplifySums), write);
const one = { float: 1 };
const gemm = (transA: number, transB: number) => ({ alpha: one, beta: one, transA, transB });

describe('simplifySums', () => {
  it('reshapes where the axes to sum over have size 1', () => {
    const text = show(({ graph, input, node }) => {
      const sum = node('ReduceSum', [input('x', 2, 1, 3), graph.integers([1])], [2, 3], {
        attributes: { keepdims: 0, noop_with_empty_axes: 0 },
      });
      return node('ReduceMax', [sum], [2], { attributes: { axes: [1], keepdims: 0 } });
    });
    expect(text).toMatchInlineSnapshot(`
      "v1 = ReduceSum(x, [1]) {keepdims=0 noop_with_empty_axes=0} : float32[2,3]
      y = ReduceMax(v1) {axes=[1] keepdims=0} : float32[2]
        becomes
      v2 = Reshape(x, [2,3]) {allowzero=0} : float32[2,3]
      y = ReduceMax(v2) {axes=[1] keepdims=0} : float32[2]"
    `);
  });

  it('turns what Gemm would have turned back', () => {
    const text = show(({ graph, input, node }) => {
      const [x, z] = [input('x', 2, 3), input('z', 3, 4)];
      return node('Gemm', [graph.transpose(x, [1, 0]), z], [2, 4], { attributes: gemm(1, 0) });
    });
    expect(text.split('becomes\n')[1]).toContain('Gemm(x, z) {alpha=1 beta=1 transA=0 transB=0}');
  });

  it('lets Gemm transpose', () => {
    const text = show(({ graph, input, node }) => {
      const [x, z] = [input('x', 3, 2), input('z', 4, 3)];
      const turned = [graph.transpose(x, [1, 0]), graph.transpose(z, [1, 0])];
      return node('Gemm', turned, [2, 4], { attributes: gemm(0, 0) });
    });
    expect(text).toMatchInlineSnapshot(`
      "v0 = Transpose(x) {perm=[1,0]} : float32[2,3]
      v1 = Transpose(z) {perm=[1,0]} : float32[3,4]
      y = Gemm(v0, v1) {alpha=1 beta=1 transA=0 transB=0} : float32[2,4]
        becomes
      y = Gemm(x, z) {alpha=1 beta=1 transA=1 transB=1} : float32[2,4]"
    `);
  });

  it('repeats a row instead of multiplying it by a column of one number', () => {
    const text = show(({ graph, input, node }) => {
      const column = graph.constant([2, 2, 2], [3, 1], 'float32');
      return node('Gemm', [column, input('x', 4, 1)], [3, 4], { attributes: gemm(0, 1) });
    });
    expect(text).toMatchInlineSnapshot(`
      "y = Gemm(2:[3,1], x) {alpha=1 beta=1 transA=0 transB=1} : float32[3,4]
        becomes
      v2 = Reshape(x, [1,4]) {allowzero=0} : float32[1,4]
      v4 = Mul(v2, 2) : float32[1,4]
      y = Expand(v4, [3,1]) : float32[3,4]"
    `);
  });
});
