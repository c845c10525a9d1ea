import { describe, expect, it } from 'vitest';
import { formatGraph } from '../format-graph.js';
import { Graph, type Value } from '../graph.js';
import { type Writer, writerOf } from '../testing/before-and-after.js';
import { foldNorms } from './fold-norms.js';

const attributes = {
  auto_pad: 'NOTSET',
  dilations: [1, 1],
  group: 1,
  kernel_shape: [1, 2],
  pads: [0, 0, 0, 0],
  strides: [1, 1],
};
const shape = [1, 2, 4, 3];
const filterShapes = { Conv: [2, 1, 1, 2], ConvTranspose: [1, 2, 1, 2] } as const;

interface Parts extends Writer {
  readonly conv: Value;
  step(op: string, ...inputs: readonly Value[]): Value;
  /** A constant of one number for each of the two channels. */
  channels(...numbers: number[]): Value;
}

/** What is left of a convolution of weights 1 to 4 and what is written behind it. */
function fold(
  write: (parts: Parts) => Value | Value[],
  { op = 'Conv' as keyof typeof filterShapes, keepsFilters = false } = {},
) {
  const graph = new Graph();
  const writer = writerOf(graph);
  const sides = op === 'Conv' ? [4, 4] : [4, 2];
  const filter = graph.constant([1, 2, 3, 4], filterShapes[op], 'float32');
  const conv = writer.node(op, [writer.input('x', 1, 1, ...sides), filter], shape, { attributes });
  const results = [
    write({
      ...writer,
      conv,
      step: (name, ...inputs) => writer.node(name, inputs, shape),
      channels: (...numbers) => graph.constant(numbers, [1, 2, 1, 1], 'float32'),
    }),
  ].flat();
  const nodes = foldNorms(graph.nodes, results, { keepsFilters });
  return { text: formatGraph(nodes), nodes };
}

/** (x - m) * g + b, with m = (1, 2), g = (10, 100), b = (5, 7). */
const norm = ({ conv, step, channels }: Parts): Value =>
  step('Add', channels(5, 7), step('Mul', step('Sub', conv, channels(1, 2)), channels(10, 100)));

const dataOf = (value: Value | undefined): number[] => Array.from(value?.data ?? [], Number);

describe('foldNorms', () => {
  it('puts a norm into the filter and bias of the convolution before it', () => {
    const { nodes } = fold(norm);
    expect(nodes.map(({ op }) => op)).toEqual(['Conv']);
    // [M, C, KH, KW]: two weights for each output channel; -1 * 10 + 5 and -2 * 100 + 7
    expect(dataOf(nodes[0]?.inputs[1])).toEqual([10, 20, 300, 400]);
    expect(dataOf(nodes[0]?.inputs[2])).toEqual([-5, -193]);
  });

  it('knows where the output channels of a transposed convolution lie', () => {
    const { nodes } = fold(norm, { op: 'ConvTranspose' });
    expect(nodes.map(({ op }) => op)).toEqual(['ConvTranspose']);
    expect(dataOf(nodes[0]?.inputs[1])).toEqual([10, 20, 300, 400]);
  });

  it('keeps a filter that is stored as it is', () => {
    const { text, nodes } = fold(norm, { keepsFilters: true });
    expect(nodes.map(({ inputs }) => dataOf(inputs[1]))).toEqual([
      [1, 2, 3, 4],
      [10, 100],
      [-5, -193],
    ]);
    expect(text).toMatchInlineSnapshot(`
      "v1 = Conv(x, float32[2,1,1,2]) {auto_pad=NOTSET dilations=[1,1] group=1 kernel_shape=[1,2] pads=[0,0,0,0] strides=[1,1]} : float32[1,2,4,3]
      v7:scaled = Mul(v1, float32[1,2,1,1]) : float32[1,2,4,3]
      v7 = Add(v7:scaled, float32[1,2,1,1]) : float32[1,2,4,3]"
    `);
  });

  it('leaves a bias alone, and a convolution that something else reads', () => {
    const biased = fold(({ conv, step, channels }) => step('Add', conv, channels(1, 2)));
    expect(biased.nodes.map(({ op }) => op)).toEqual(['Conv', 'Add']);
    const shared = fold((parts) => {
      const { conv, step } = parts;
      return step('Add', norm(parts), step('Relu', conv));
    });
    expect(shared.nodes.map(({ op }) => op)).toEqual(['Conv', 'Sub', 'Mul', 'Add', 'Relu', 'Add']);
    const returned = fold((parts) => [norm(parts), parts.conv]);
    expect(returned.nodes.map(({ op }) => op)).toEqual(['Conv', 'Sub', 'Mul', 'Add']);
  });

  it('leaves what differs along a side, and a constant minus the convolution', () => {
    const sloped = fold(({ conv, step, graph }) =>
      step('Mul', conv, graph.constant([1, 2, 3], [1, 1, 1, 3], 'float32')),
    );
    expect(sloped.nodes.map(({ op }) => op)).toEqual(['Conv', 'Mul']);
    const turned = fold(({ conv, step, channels }) => step('Sub', channels(1, 2), conv));
    expect(turned.nodes.map(({ op }) => op)).toEqual(['Conv', 'Sub']);
  });
});
