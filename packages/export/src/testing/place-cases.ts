import * as tf from '@tensorflow/tfjs-core';
import { type Case, type Dtype, on, onValues, run } from './case.js';

/** Inputs by their numbers, shapes and dtypes. */
interface Given {
  readonly shape: readonly number[];
  readonly dtype?: Dtype;
  readonly values?: readonly number[];
}
const given = (op: Case['op'], ...inputs: Given[]): Case => ({
  op,
  shapes: inputs.map(({ shape }) => shape),
  dtypes: inputs.map(({ dtype }) => dtype ?? 'float32'),
  values: inputs.map(({ values }) => values),
});
const indices = (shape: readonly number[], ...values: number[]): Given => ({
  shape,
  dtype: 'int32',
  values,
});
const t = (x: tf.Tensor | undefined): tf.Tensor => x as tf.Tensor;

const gather =
  (axis: number, batchDims = 0): Case['op'] =>
  (x, at) =>
    tf.gather(t(x), t(at), axis, batchDims);
const gatherNd: Case['op'] = (x, at) => tf.gatherND(t(x), t(at));
const scatter =
  (...shape: number[]): Case['op'] =>
  (at, updates) =>
    tf.scatterND(t(at), t(updates), shape);
const update: Case['op'] = (x, at, updates) => tf.tensorScatterUpdate(t(x), t(at), t(updates));
const dense =
  (shape: number[], fill?: number): Case['op'] =>
  (at, values) =>
    tf.sparseToDense(t(at), t(values), shape, fill);
const segments =
  (count: number): Case['op'] =>
  (x, ids) =>
    tf.unsortedSegmentSum(t(x), t(ids) as tf.Tensor1D, count);
const top =
  (k: number): Case['op'] =>
  (x) => {
    const { values, indices: places } = tf.topk(t(x), k);
    return [values, places];
  };
const sorted =
  (side: 'left' | 'right'): Case['op'] =>
  (sequence, values) =>
    tf.searchSorted(t(sequence), t(values), side);
const sequence = { shape: [2, 5], values: [1, 2, 2, 4, 7, -3, 0, 0, 0, 5] };
const sought = { shape: [2, 4], values: [0, 2, 3, 9, 0, -1, 5, 6] };
/** tf.lowerBound and tf.upperBound call SearchSorted. */
const bound = (kernel: string, side: 'left' | 'right'): Case => ({
  ...given(
    (s, values) => run(kernel, { sortedSequence: t(s), values: t(values) }),
    sequence,
    sought,
  ),
  expected: sorted(side),
});
const bincount =
  (size: number): Case['op'] =>
  (x, weights) =>
    tf.bincount(t(x) as tf.Tensor1D, t(weights) as tf.Tensor1D, size);
const denseBincount =
  (size: number, binary = false): Case['op'] =>
  (x, weights) =>
    tf.denseBincount(t(x) as tf.Tensor2D, t(weights) as tf.Tensor2D, size, binary);
const none = { shape: [0], values: [] };

/** Cases for kernels that read and write at places that are data. */
export const placeCases = {
  Bincount: [
    given(bincount(4), indices([6], 0, 3, 1, 1, 5, 3), { shape: [6] }),
    given(bincount(4), indices([6], 0, 3, 1, 1, 5, 3), none),
    given(bincount(3), indices([4], 0, 2, 2, 1), { shape: [4], dtype: 'int32' }),
  ],
  DenseBincount: [
    given(denseBincount(4), indices([2, 3], 0, 3, 1, 1, 5, 1), { shape: [2, 3] }),
    given(denseBincount(4), indices([2, 3], 0, 3, 1, 1, 5, 1), none),
    given(denseBincount(4, true), indices([2, 3], 0, 3, 1, 1, 5, 1), { shape: [2, 3] }),
    given(denseBincount(3), indices([4], 0, 2, 2, 1), { shape: [4] }),
  ],
  GatherNd: [
    given(gatherNd, { shape: [3, 4] }, indices([2, 2], 0, 1, 2, 3)),
    given(gatherNd, { shape: [3, 4] }, indices([2, 1], 2, 0)),
    given(gatherNd, { shape: [2, 3, 2, 2] }, indices([2, 2, 2], 0, 1, 1, 2, 1, 0, 0, 0)),
    given(gatherNd, { shape: [4], dtype: 'int32' }, indices([3, 1], 3, 3, 0)),
  ],
  GatherV2: [
    given(gather(0), { shape: [4, 3] }, indices([3], 3, 0, 3)),
    given(gather(-1), { shape: [2, 3] }, indices([2, 2], 2, 0, 1, 1)),
    given(gather(2), { shape: [2, 3, 2, 4] }, indices([], 1)),
    given(gather(1, 1), { shape: [2, 3, 4] }, indices([2, 2], 0, 2, 1, 1)),
    given(gather(2, 1), { shape: [2, 3, 4] }, indices([2, 3], 0, 2, 3, 1, 1, 0)),
    given(gather(3, 2), { shape: [2, 2, 2, 3, 2] }, indices([2, 2, 2], 0, 1, 2, 0, 1, 1, 2, 2)),
    given(gather(0), { shape: [4], dtype: 'int32' }, indices([2], 2, 1)),
    given(gather(0), { shape: [4], dtype: 'bool' }, indices([2], 2, 1)),
    given(gather(0), { shape: [4, 2] }, indices([0])),
  ],
  LowerBound: [bound('LowerBound', 'left')],
  // Updates for the same place add up.
  ScatterNd: [
    given(scatter(5), indices([4, 1], 4, 0, 4, 1), { shape: [4] }),
    given(scatter(3, 2), indices([3, 1], 2, 0, 2), { shape: [3, 2] }),
    given(scatter(3, 2), indices([2, 2], 2, 1, 0, 0), { shape: [2] }),
    given(scatter(2, 3, 2), indices([2, 2, 2], 1, 1, 0, 2, 1, 1, 0, 0), { shape: [2, 2, 2] }),
    given(scatter(4), indices([3, 1], 1, 1, 3), { shape: [3], dtype: 'int32' }),
  ],
  SearchSorted: [
    given(sorted('left'), sequence, sought),
    given(sorted('right'), sequence, sought),
    onValues(sorted('left'), [1, 2, 2, 4], [2, 0, 5]),
    { ...onValues(sorted('right'), [1, 2, 2, 4], [2, 0, 5]), dtypes: ['int32', 'int32'] },
  ],
  SparseToDense: [
    given(dense([5], 0.5), indices([3], 4, 0, 2), { shape: [3] }),
    given(dense([3, 4]), indices([2, 2], 0, 1, 2, 3), { shape: [2] }),
    given(dense([4], 2), indices([2, 1], 3, 1), { shape: [] }),
    given(dense([4], 7), indices([2], 1, 3), { shape: [2], dtype: 'int32' }),
  ],
  TensorScatterUpdate: [
    given(update, { shape: [5] }, indices([2, 1], 3, 0), { shape: [2] }),
    given(update, { shape: [3, 2] }, indices([2, 1], 2, 0), { shape: [2, 2] }),
    given(update, { shape: [2, 2, 3, 2] }, indices([2, 3], 1, 1, 2, 0, 0, 1), { shape: [2, 2] }),
    given(update, { shape: [4], dtype: 'int32' }, indices([1, 1], 1), {
      shape: [1],
      dtype: 'int32',
    }),
  ],
  TopK: [
    on(top(2), [3, 5]),
    on(top(1), [4]),
    on(top(4), [2, 2, 3, 4]),
    // Of equal numbers, the first comes first.
    onValues(top(4), [2, 5, 2, 5, 1]),
    { ...onValues(top(3), [2, 5, 2, 5, 1]), dtypes: ['int32'] },
  ],
  UnsortedSegmentSum: [
    given(segments(3), { shape: [5] }, indices([5], 0, 2, 0, 2, 2)),
    given(segments(4), { shape: [4, 2, 3] }, indices([4], 3, 1, 1, -1)),
    given(segments(2), { shape: [3, 2, 2, 2] }, indices([3], 1, 0, 1)),
  ],
  UpperBound: [bound('UpperBound', 'right')],
} satisfies Record<string, Case[]>;
