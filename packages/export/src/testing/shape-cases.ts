import * as tf from '@tensorflow/tfjs-core';
import { but, type Case, on, onValues, run } from './case.js';

const whole = (base: Case): Case => but(base, { dtypes: base.shapes.map(() => 'int32') });
const truths = (base: Case): Case => but(base, { dtypes: base.shapes.map(() => 'bool') });

const concat =
  (axis: number): Case['op'] =>
  (...all) =>
    tf.concat(all, axis);
const split =
  (sizes: number[] | number, axis?: number): Case['op'] =>
  (x) =>
    tf.split(x as tf.Tensor, sizes, axis);
const perm =
  (...axes: number[]): Case['op'] =>
  (x) =>
    tf.transpose(x as tf.Tensor, axes);
const plus =
  (known: () => tf.Tensor): Case['op'] =>
  (x) =>
    tf.add(x as tf.Tensor, known());
const toSpace =
  (block: number): Case['op'] =>
  (x) =>
    tf.depthToSpace(x as tf.Tensor4D, block, 'NHWC');
const toBatch =
  (block: number[], margins: number[][]): Case['op'] =>
  (x) =>
    tf.spaceToBatchND(x as tf.Tensor, block, margins);
const fromBatch =
  (block: number[], crops: number[][]): Case['op'] =>
  (x) =>
    tf.batchToSpaceND(x as tf.Tensor, block, crops);

/** Cases for kernels that change shapes, join tensors or take them apart. */
export const shapeCases = {
  BatchToSpaceND: [
    on(
      fromBatch(
        [2, 2],
        [
          [0, 0],
          [0, 0],
        ],
      ),
      [4, 2, 3, 2],
    ),
    on(
      fromBatch(
        [2, 2],
        [
          [1, 0],
          [0, 1],
        ],
      ),
      [8, 2, 3, 1],
    ),
    on(fromBatch([3], [[1, 1]]), [3, 4]),
    whole(on(fromBatch([2], [[0, 0]]), [2, 3, 2])),
  ],
  BroadcastArgs: [
    {
      ...onValues((a, b) => tf.broadcastArgs(a as tf.Tensor, b as tf.Tensor), [2, 1, 4], [3, 1]),
      dtypes: ['int32', 'int32'],
    },
    {
      ...onValues((a, b) => tf.broadcastArgs(a as tf.Tensor, b as tf.Tensor), [5], [2, 1, 5]),
      dtypes: ['int32', 'int32'],
    },
  ],
  // tf.broadcastTo calls Tile.
  BroadcastTo: [[3], [2, 1, 3], [1, 1]].map((from) => ({
    ...on((x) => run('BroadcastTo', { x: x as tf.Tensor }, { shape: [2, 4, 3] }), from),
    expected: ((x) => tf.broadcastTo(x as tf.Tensor, [2, 4, 3])) as Case['op'],
  })),
  Concat: [
    on(concat(0), [2, 3], [4, 3]),
    on(concat(-1), [2, 3], [2, 1], [2, 2]),
    on(concat(3), [2, 3, 3, 1], [2, 3, 3, 2]),
    on(concat(0), [1, 3, 3, 2], [2, 3, 3, 2]),
    on(concat(-2), [2, 3, 1, 2], [2, 3, 3, 2]),
    on(concat(0), [0, 3], [2, 3]),
    whole(on(concat(1), [2, 3], [2, 1])),
    truths(on(concat(0), [3], [4])),
  ],
  DepthToSpace: [on(toSpace(2), [2, 2, 3, 8]), on(toSpace(3), [1, 2, 1, 9])],
  ExpandDims: [
    on((x) => tf.expandDims(x as tf.Tensor, -1), [2, 3]),
    on((x) => tf.expandDims(x as tf.Tensor, 0), [2]),
    on((x) => tf.expandDims(x as tf.Tensor, 1), [2, 3, 3, 2]),
    whole(on((x) => tf.expandDims(x as tf.Tensor, 0), [])),
  ],
  Fill: [
    on(
      plus(() => tf.fill([2, 2], 3)),
      [2, 2],
    ),
    whole(
      on(
        plus(() => tf.fill([2], 3, 'int32')),
        [2],
      ),
    ),
  ],
  Identity: [
    on((x) => tf.clone(x as tf.Tensor), [2, 3]),
    on((x) => tf.clone(x as tf.Tensor), [2, 2, 3, 2]),
  ],
  LinSpace: [
    on(
      plus(() => tf.linspace(-1, 2, 7)),
      [7],
    ),
    on(
      plus(() => tf.linspace(3, 3, 1)),
      [1],
    ),
  ],
  OneHot: [
    whole(on((x) => tf.oneHot(tf.abs(x as tf.Tensor), 3), [6])),
    whole(on((x) => tf.oneHot(x as tf.Tensor, 3, 0.9, -0.1, 'float32'), [2, 3])),
    whole(on((x) => tf.oneHot(x as tf.Tensor, 2, 5, 7, 'int32'), [4])),
  ],
  OnesLike: [on((x) => tf.add(x as tf.Tensor, tf.onesLike(x as tf.Tensor)), [2, 3])],
  Pack: [
    on((...all) => tf.stack(all), [2, 3], [2, 3]),
    on((...all) => tf.stack(all, -1), [2, 3], [2, 3], [2, 3]),
    on((...all) => tf.stack(all, 1), [2, 2, 3], [2, 2, 3]),
    on((...all) => tf.stack(all), [], []),
    on((...all) => tf.stack(all, 2), [2, 3]),
    whole(on((...all) => tf.stack(all), [2], [2])),
  ],
  Range: [
    on(
      plus(() => tf.range(1, 8, 2)),
      [4],
    ),
    on(
      plus(() => tf.range(4, 0, -1, 'int32')),
      [4],
    ),
  ],
  Reshape: [
    on((x) => tf.reshape(x as tf.Tensor, [3, -1]), [2, 3, 2]),
    on((x) => tf.reshape(x as tf.Tensor, []), [1, 1]),
    on((x) => tf.reshape(x as tf.Tensor, [2, -1]), [2, 3, 2, 2]),
    on((x) => tf.reshape(x as tf.Tensor, [3, 0]), [0, 2]),
  ],
  SpaceToBatchND: [
    on(
      toBatch(
        [2, 2],
        [
          [0, 0],
          [0, 0],
        ],
      ),
      [1, 4, 6, 2],
    ),
    on(
      toBatch(
        [2, 2],
        [
          [1, 0],
          [0, 1],
        ],
      ),
      [2, 3, 5, 1],
    ),
    on(toBatch([3], [[1, 1]]), [2, 4]),
    whole(on(toBatch([2], [[0, 0]]), [1, 4, 2])),
  ],
  SplitV: [
    on(split(2), [4, 3]),
    on(split([1, 3, 2], 1), [2, 6]),
    on(split([2, -1], -1), [2, 2, 3, 5]),
    on(split(3, 2), [2, 2, 3, 2]),
    whole(on(split([1, 2]), [3])),
  ],
  Tile: [
    on((x) => tf.tile(x as tf.Tensor, [2, 3]), [2, 2]),
    on((x) => tf.tile(x as tf.Tensor, [1, 2, 1, 3]), [2, 1, 3, 2]),
    truths(on((x) => tf.tile(x as tf.Tensor, [2]), [3])),
  ],
  Transpose: [
    on(perm(2, 0, 1), [2, 3, 4]),
    on(perm(0, 3, 1, 2), [2, 3, 4, 2]),
    on((x) => tf.transpose(x as tf.Tensor), [2, 3]),
    whole(on(perm(1, 0), [2, 3])),
  ],
  Unpack: [
    on((x) => tf.unstack(x as tf.Tensor), [3, 2]),
    on((x) => tf.unstack(x as tf.Tensor, -1), [2, 3, 2]),
    on((x) => tf.unstack(x as tf.Tensor, 1), [2, 3, 2, 2]),
    whole(on((x) => tf.unstack(x as tf.Tensor), [3])),
  ],
  ZerosLike: [on((x) => tf.add(x as tf.Tensor, tf.zerosLike(x as tf.Tensor)), [2, 3])],
} satisfies Record<string, Case[]>;
