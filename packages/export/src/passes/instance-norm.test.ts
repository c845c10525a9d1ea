import { describe, expect, it } from 'vitest';
import type { Value } from '../graph.js';
import { beforeAndAfter, type Writer } from '../testing/before-and-after.js';
import { instanceNorm } from './instance-norm.js';
import { rewriteBy } from './rules.js';

const shape = [2, 3, 4, 5];
const moments = [2, 3, 1, 1];

/** What is left of a graph after the pass. */
const after = (write: (writer: Writer) => Value): string =>
  beforeAndAfter(rewriteBy(instanceNorm), write).split('becomes\n')[1] as string;

interface Parts {
  readonly x: Value;
  readonly centered: Value;
  readonly root: Value;
  readonly gain: Value;
  readonly bias: Value;
}

/** The moments of x over these axes, and constants for each channel. */
function partsOf({ graph, input, node }: Writer, axes = [2, 3]): Parts {
  const x = input('x', ...shape);
  const mean = (value: Value) =>
    node('ReduceMean', [value], moments, { attributes: { axes, keepdims: 1 } });
  const centered = node('Sub', [x, mean(x)], shape);
  const variance = mean(node('Mul', [centered, centered], shape));
  const root = node('Sqrt', [node('Add', [variance, graph.scalar(1e-5)], moments)], moments);
  const perChannel = (numbers: number[]) => graph.constant(numbers, [1, 3, 1, 1], 'float32');
  return { x, centered, root, gain: perChannel([2, 3, 4]), bias: perChannel([5, 6, 7]) };
}

describe('instance-norm', () => {
  it('finds (x - mean) * (gain / deviation) + bias', () => {
    const text = after((writer) => {
      const { centered, root, gain, bias } = partsOf(writer);
      const { node } = writer;
      const factor = node('Mul', [node('Reciprocal', [root], moments), gain], moments);
      return node('Add', [node('Mul', [centered, factor], shape), bias], shape);
    });
    expect(text).toMatchInlineSnapshot(
      `"y = InstanceNormalization(x, [2,3,4], [5,6,7]) {epsilon=0.000009999999747378752} : float32[2,3,4,5]"`,
    );
  });

  it('finds bias + gain * ((x - mean) / deviation)', () => {
    const text = after((writer) => {
      const { centered, root, gain, bias } = partsOf(writer);
      const { node } = writer;
      const scaled = node('Mul', [gain, node('Div', [centered, root], shape)], shape);
      return node('Add', [bias, scaled], shape);
    });
    expect(text).toMatchInlineSnapshot(
      `"y = InstanceNormalization(x, [2,3,4], [5,6,7]) {epsilon=0.000009999999747378752} : float32[2,3,4,5]"`,
    );
  });

  it('finds gain * (x - mean) / deviation without a bias', () => {
    const text = after((writer) => {
      const { centered, root, gain } = partsOf(writer);
      return writer.node('Div', [writer.node('Mul', [centered, gain], shape), root], shape);
    });
    expect(text).toMatchInlineSnapshot(
      `"y = InstanceNormalization(x, [2,3,4], [0,0,0]) {epsilon=0.000009999999747378752} : float32[2,3,4,5]"`,
    );
  });

  it('leaves a norm over other axes, and one whose gain is computed', () => {
    const rows = after((writer) => {
      const { centered, root } = partsOf(writer, [1, 2]);
      return writer.node('Div', [centered, root], shape);
    });
    expect(rows).not.toContain('InstanceNormalization');
    const styled = after((writer) => {
      const { centered, root } = partsOf(writer);
      const style = writer.input('style', ...moments);
      const factor = writer.node('Div', [style, root], moments);
      return writer.node('Mul', [centered, factor], shape);
    });
    expect(styled).not.toContain('InstanceNormalization');
  });

  it('leaves the difference from one tensor over the deviation of another', () => {
    const text = after((writer) => {
      const { x, root } = partsOf(writer);
      const mean = writer.node('ReduceMean', [x], moments, {
        attributes: { axes: [2, 3], keepdims: 1 },
      });
      const other = writer.node('Sub', [writer.input('z', ...shape), mean], shape);
      return writer.node('Div', [other, root], shape);
    });
    expect(text).not.toContain('InstanceNormalization');
  });
});
