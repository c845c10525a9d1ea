import * as tf from '@tensorflow/tfjs-core';
import { type OpCase, opCase } from './op-case.js';

const of = (op: (x: tf.Tensor) => tf.Tensor, shape: readonly number[]): OpCase =>
  opCase((x) => op(x as tf.Tensor), shape);

const indices = tf.tensor1d([2, 0, 2], 'int32');
const labels = tf.tensor1d([1, 0, -1, 1], 'int32');

const weighted = (parts: tf.Tensor[]): tf.Tensor =>
  tf.addN(parts.map((part, i) => tf.mul(tf.square(part), i + 1)));

/** Cases of kernels that move elements. */
export const shapeCases = {
  BatchToSpaceND: [
    of(
      (x) =>
        tf.batchToSpaceND(
          x,
          [2, 2],
          [
            [0, 1],
            [1, 0],
          ],
        ),
      [4, 2, 2, 2],
    ),
  ],
  Concat: [
    opCase(
      (a, b) => tf.concat([a as tf.Tensor, tf.mul(a as tf.Tensor, 2), b as tf.Tensor], -1),
      [2, 3],
      [2, 2],
    ),
    opCase((a, b) => tf.concat([a as tf.Tensor, b as tf.Tensor], 1), [1, 2, 2, 1], [1, 1, 2, 1]),
  ],
  DepthToSpace: [
    of((x) => tf.depthToSpace(x as tf.Tensor4D, 2), [2, 1, 2, 8]),
    of((x) => tf.depthToSpace(x as tf.Tensor4D, 3), [1, 2, 1, 9]),
  ],
  ExpandDims: [of((x) => tf.expandDims(x, 1), [2, 3])],
  FlipLeftRight: [of((x) => tf.image.flipLeftRight(x as tf.Tensor4D), [2, 2, 3, 1])],
  GatherV2: [
    of((x) => tf.gather(x, indices), [3, 2]),
    of((x) => tf.gather(x, indices, 1), [2, 3, 2]),
    of((x) => tf.gather(x, tf.reshape(indices, [3, 1]) as tf.Tensor2D, -1), [2, 3]),
    of(
      (x) =>
        tf.gather(
          x,
          tf.tensor2d(
            [
              [1, 0],
              [2, 2],
            ],
            [2, 2],
            'int32',
          ),
          1,
          1,
        ),
      [2, 3, 2],
    ),
    of(
      (x) =>
        tf.gather(
          x,
          tf.tensor2d(
            [
              [1, 0],
              [2, 2],
            ],
            [2, 2],
            'int32',
          ),
          2,
          1,
        ),
      [2, 2, 3],
    ),
  ],
  MirrorPad: [
    of(
      (x) =>
        tf.mirrorPad(
          x,
          [
            [1, 2],
            [0, 2],
          ],
          'reflect',
        ),
      [3, 3],
    ),
    of(
      (x) =>
        tf.mirrorPad(
          x,
          [
            [2, 1],
            [0, 3],
          ],
          'symmetric',
        ),
      [2, 3],
    ),
    of(
      (x) =>
        tf.mirrorPad(
          x,
          [
            [0, 0],
            [1, 1],
            [2, 2],
            [0, 0],
          ],
          'reflect',
        ),
      [1, 3, 3, 2],
    ),
  ],
  OneHot: [
    of(
      (x) =>
        tf.mul(tf.expandDims(x, 1), tf.oneHot(tf.cast(tf.abs(x), 'int32'), 2, 1, 0, 'float32')),
      [4],
    ),
  ],
  Pack: [
    opCase((a, b) => tf.stack([a as tf.Tensor, b as tf.Tensor], 1), [2, 3], [2, 3]),
    of((x) => tf.stack([x], 0), [3]),
  ],
  PadV2: [
    of(
      (x) =>
        tf.pad(x, [
          [1, 0],
          [2, 3],
        ]),
      [2, 2],
    ),
    of(
      (x) =>
        tf.pad(
          x,
          [
            [0, 0],
            [1, 1],
            [1, 1],
            [0, 0],
          ],
          2,
        ),
      [1, 2, 2, 1],
    ),
  ],
  Reshape: [of((x) => tf.reshape(x, [3, -1]), [2, 3, 2])],
  Reverse: [of((x) => tf.reverse(x, [0, -1]), [2, 3]), of((x) => tf.reverse(x), [3])],
  Slice: [of((x) => tf.slice(x, [0, 1], [-1, 2]), [2, 4]), of((x) => tf.slice(x, 1), [3, 2])],
  SpaceToBatchND: [
    of(
      (x) =>
        tf.spaceToBatchND(
          x,
          [2, 2],
          [
            [1, 0],
            [0, 1],
          ],
        ),
      [1, 3, 3, 2],
    ),
  ],
  SplitV: [
    of((x) => weighted(tf.split(x, 2, 1)), [2, 4]),
    of((x) => tf.split(x, [1, 3], -1)[1] as tf.Tensor, [2, 4]),
    of((x) => weighted(tf.split(x, 1, 0)), [3]),
  ],
  StridedSlice: [
    of((x) => tf.stridedSlice(x, [0, 1], [3, 6], [2, 2]), [3, 6]),
    of((x) => tf.stridedSlice(x, [-1, 4], [-4, 0], [-1, -3]), [4, 5]),
    of((x) => tf.stridedSlice(x, [0, 1], [2, 3], [1, 1]), [3, 3]),
    // Masks: an ellipsis, a new axis, an axis that is dropped, a begin and an end that are ignored.
    of((x) => tf.stridedSlice(x, [0, 0, 1], [0, 0, 2], [1, 1, 1], 0, 0, 1, 2, 4), [2, 2, 3]),
    of((x) => tf.stridedSlice(x, [1, 1], [2, 2], [2, 1], 1, 2), [5, 3]),
  ],
  Tile: [
    of((x) => tf.tile(x, [3]), [2]),
    of((x) => tf.tile(x, [2, 1, 3]), [1, 2, 2]),
    of((x) => tf.tile(x, [1, 2, 2, 1]), [2, 1, 2, 1]),
    of((x) => tf.tile(x, [1, 2, 1, 2, 1]), [2, 1, 2, 1, 1]),
    of((x) => tf.broadcastTo(x, [2, 2, 3]), [1, 3]),
  ],
  Transpose: [of((x) => tf.transpose(x, [2, 0, 1]), [2, 3, 2]), of((x) => tf.transpose(x), [2, 3])],
  Unpack: [
    of((x) => weighted(tf.unstack(x, 1)), [2, 3]),
    of((x) => tf.unstack(x)[0] as tf.Tensor, [1, 3]),
  ],
  UnsortedSegmentSum: [of((x) => tf.unsortedSegmentSum(x, labels, 2), [4, 2])],
};
