import { describe, expect, it } from 'vitest';
import type { Attributes, ElementType, Value } from '../graph.js';
import { signatureOf } from './infer.js';

const float = (...shape: number[]): Value => ({ name: 'x', shape, dtype: 'float32' });
const typed = (dtype: ElementType, ...shape: number[]): Value => ({ name: 'i', shape, dtype });
const list = (...data: number[]): Value => ({
  name: 'c',
  shape: [data.length],
  dtype: 'int64',
  data,
});

const infer = (op: string, inputs: readonly Value[], attributes: Attributes = {}): string => {
  const spec = signatureOf(op)?.infer(inputs, attributes);
  return `${spec?.dtype}[${spec?.shape}]`;
};

const window = (kernel: number[], rest: Attributes = {}): Attributes => ({
  kernel_shape: kernel,
  strides: kernel.map(() => 2),
  dilations: kernel.map(() => 1),
  pads: kernel.flatMap(() => [1, 1]),
  group: 1,
  auto_pad: 'NOTSET',
  ...rest,
});

// By the text of ONNX's operator set 17, counted by hand.
const cases: readonly [string, readonly Value[], Attributes, string][] = [
  ['Tanh', [float(2, 3)], {}, 'float32[2,3]'],
  ['Add', [float(2, 1, 3), float(4, 1)], {}, 'float32[2,4,3]'],
  ['Greater', [float(2, 3), float()], {}, 'bool[2,3]'],
  ['Where', [typed('bool', 2, 1), float(3), float()], {}, 'float32[2,3]'],
  ['Cast', [float(2)], { to: 7 }, 'int64[2]'],
  ['Reshape', [float(2, 3, 4), list(0, -1)], { allowzero: 0 }, 'float32[2,12]'],
  ['Transpose', [float(2, 3, 4)], { perm: [2, 0, 1] }, 'float32[4,2,3]'],
  ['Expand', [float(2, 1), list(3, 1, 4)], {}, 'float32[3,2,4]'],
  ['Concat', [float(2, 3), float(4, 3)], { axis: -2 }, 'float32[6,3]'],
  ['Slice', [float(5, 4), list(-4, 3), list(99, -9), list(0, 1), list(2, -1)], {}, 'float32[2,4]'],
  ['Pad', [float(2, 3), list(1, 0, 2, -1)], { mode: 'constant' }, 'float32[5,2]'],
  ['Shape', [float(2, 3, 4)], { start: 1, end: 3 }, 'int64[2]'],
  ['Tile', [float(2, 3), list(2, 3)], {}, 'float32[4,9]'],
  ['Gather', [float(5, 4), typed('int32', 2, 3)], { axis: 0 }, 'float32[2,3,4]'],
  ['Gather', [float(5, 4), typed('int64')], { axis: 1 }, 'float32[5]'],
  ['GatherElements', [float(5, 4), typed('int64', 5, 1)], { axis: 1 }, 'float32[5,1]'],
  ['GatherND', [float(5, 4, 3), typed('int64', 7, 2)], { batch_dims: 0 }, 'float32[7,3]'],
  ['ScatterND', [float(5, 4), typed('int64', 2, 1), float(2, 4)], {}, 'float32[5,4]'],
  ['DepthToSpace', [float(1, 8, 3, 3)], { blocksize: 2, mode: 'DCR' }, 'float32[1,2,6,6]'],
  ['SpaceToDepth', [float(1, 2, 6, 6)], { blocksize: 2 }, 'float32[1,8,3,3]'],
  ['Squeeze', [float(1, 2, 1), list(-1)], {}, 'float32[1,2]'],
  ['Unsqueeze', [float(2, 3), list(0, -1)], {}, 'float32[1,2,3,1]'],
  ['ReduceSum', [float(2, 3, 4), list(-1, 0)], { keepdims: 1 }, 'float32[1,3,1]'],
  ['ReduceSum', [float(2, 3)], { keepdims: 0 }, 'float32[]'],
  ['ReduceMax', [float(2, 3, 4)], { axes: [1], keepdims: 0 }, 'float32[2,4]'],
  ['ArgMax', [float(2, 3)], { axis: 1, keepdims: 0 }, 'int64[2]'],
  ['MatMul', [float(5, 1, 2, 3), float(4, 3, 6)], {}, 'float32[5,4,2,6]'],
  ['Gemm', [float(3, 2), float(4, 3), float(4)], { transA: 1, transB: 1 }, 'float32[2,4]'],
  ['Einsum', [float(2, 3, 4), float(4, 5)], { equation: 'bij,jk->bki' }, 'float32[2,5,3]'],
  ['Conv', [float(1, 3, 8, 9), float(4, 3, 3, 3)], window([3, 3]), 'float32[1,4,4,5]'],
  ['Conv', [float(1, 6, 9), float(4, 3, 3)], window([3], { group: 2 }), 'float32[1,4,5]'],
  // (4 - 1) * 2 + 4 - 2 = 8, and one more where it is asked for
  [
    'ConvTranspose',
    [float(1, 3, 4, 4), float(3, 5, 4, 4)],
    window([4, 4], { output_padding: [0, 1] }),
    'float32[1,5,8,9]',
  ],
  // (8 + 2 - 3) / 2 is 3.5: down to 3 or up to 4
  ['MaxPool', [float(1, 2, 8)], window([3], { ceil_mode: 0 }), 'float32[1,2,4]'],
  ['AveragePool', [float(1, 2, 8)], window([3], { ceil_mode: 1 }), 'float32[1,2,5]'],
  ['GlobalAveragePool', [float(1, 2, 8, 9)], {}, 'float32[1,2,1,1]'],
  ['Resize', [float(1, 2, 4, 4), float(0), list(), list(1, 2, 8, 6)], {}, 'float32[1,2,8,6]'],
];

const refused: readonly [string, readonly Value[], Attributes, RegExp][] = [
  ['Exp', [typed('int32', 2)], {}, /expected float32, got int32/],
  ['Where', [float(2), float(2), float(2)], {}, /expected bool, got float32/],
  ['Reshape', [float(2, 3), list(4)], {}, /expected the elements of \[2,3\], got \[4\]/],
  ['Reshape', [float(2, 3), typed('int64', 1)], {}, /expected a constant for input 1/],
  ['Transpose', [float(2, 3)], { perm: [0, 0] }, /expected the axes of \[2,3\]/],
  ['Concat', [float(2, 3), float(4, 2)], { axis: 0 }, /differ in axis 0 only/],
  ['Gather', [float(2, 3), typed('int64')], { axis: 2 }, /expected an axis below 2, got 2/],
  ['Pad', [float(2, 3), list(1, 1)], {}, /expected 4 amounts, got 2/],
  ['Gemm', [float(2, 3), float(3, 4), float(2)], {}, /shapes that fit, got \[2,4\] and \[2\]/],
  ['Conv', [float(1, 2, 8, 8), float(4, 3, 3, 3)], window([3, 3]), /a filter for 2 channels/],
  ['Conv', [float(1, 3, 8, 8), float(4, 3, 3, 3)], window([3, 5]), /expected the kernel_shape/],
  ['Conv', [float(1, 3, 8, 8), float(4, 3, 3, 3)], { kernel_shape: [3, 3] }, /expected 2 strides/],
  ['Einsum', [float(2, 3), float(4, 5)], { equation: 'ij,jk->ik' }, /expected j to be one size/],
];

describe('signatureOf', () => {
  it.each(cases)(
    '%s %# has the shape that the operator set gives it',
    (op, inputs, attributes, expected) => {
      expect(infer(op, inputs, attributes)).toBe(expected);
    },
  );

  it.each(refused)('%s %# refuses what does not fit', (op, inputs, attributes, message) => {
    expect(() => infer(op, inputs, attributes)).toThrow(message);
  });

  it('knows no op that is not in the tables', () => {
    expect(signatureOf('Gelu')).toBeUndefined();
    expect(signatureOf('toString')).toBeUndefined();
  });
});
