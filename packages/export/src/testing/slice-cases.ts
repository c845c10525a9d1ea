import * as tf from '@tensorflow/tfjs-core';
import { but, type Case, on } from './case.js';

const whole = (base: Case): Case => but(base, { dtypes: base.shapes.map(() => 'int32') });
const truths = (base: Case): Case => but(base, { dtypes: base.shapes.map(() => 'bool') });

const pad =
  (margins: [number, number][], value = 0): Case['op'] =>
  (x) =>
    tf.pad(x as tf.Tensor, margins, value);
const mirror =
  (margins: [number, number][], mode: 'reflect' | 'symmetric'): Case['op'] =>
  (x) =>
    tf.mirrorPad(x as tf.Tensor, margins, mode);
const slice =
  (begin: number[], size?: number[]): Case['op'] =>
  (x) =>
    tf.slice(x as tf.Tensor, begin, size);
const reverse =
  (axis?: number | number[]): Case['op'] =>
  (x) =>
    tf.reverse(x as tf.Tensor, axis);
const strided =
  (begin: number[], end: number[], strides?: number[], ...masks: number[]): Case['op'] =>
  (x) =>
    tf.stridedSlice(x as tf.Tensor, begin, end, strides, ...masks);

/** Cases for kernels that take a part of a tensor, turn it round or surround it. */
export const sliceCases = {
  FlipLeftRight: [
    on((x) => tf.image.flipLeftRight(x as tf.Tensor4D), [2, 2, 3, 2]),
    on((x) => tf.image.flipLeftRight(x as tf.Tensor4D), [1, 1, 1, 1]),
  ],
  MirrorPad: [
    on(
      mirror(
        [
          [1, 2],
          [0, 1],
        ],
        'reflect',
      ),
      [3, 4],
    ),
    on(
      mirror(
        [
          [0, 0],
          [1, 1],
          [2, 1],
          [0, 0],
        ],
        'reflect',
      ),
      [2, 3, 4, 2],
    ),
    on(
      mirror(
        [
          [0, 0],
          [1, 1],
          [2, 3],
          [0, 0],
        ],
        'symmetric',
      ),
      [2, 3, 3, 2],
    ),
    on(mirror([[3, 2]], 'symmetric'), [3]),
    whole(on(mirror([[1, 1]], 'reflect'), [4])),
  ],
  PadV2: [
    whole(on(pad([[1, 1]], 2), [3])),
    truths(on(pad([[2, 0]], 1), [3])),
    on(
      pad(
        [
          [1, 2],
          [0, 3],
        ],
        0.5,
      ),
      [2, 3],
    ),
    on(
      pad([
        [0, 0],
        [1, 1],
        [2, 0],
        [0, 0],
      ]),
      [2, 3, 3, 2],
    ),
    on(
      pad(
        [
          [1, 0],
          [0, 0],
          [0, 0],
          [2, 1],
        ],
        -1,
      ),
      [2, 3, 2, 2],
    ),
    on(
      pad([
        [1, 1],
        [0, 0],
      ]),
      [0, 2],
    ),
  ],
  Reverse: [
    on(reverse(), [5]),
    on(reverse(), [2, 3]),
    on(reverse(-1), [2, 3, 4]),
    on(reverse([1, 3]), [2, 3, 2, 4]),
    on(reverse(), []),
    whole(on(reverse(0), [4, 2])),
  ],
  Slice: [
    on(slice([0, 1], [2, -1]), [3, 4]),
    on(slice([0, 1, 0, 2], [2, 2, 3, 1]), [2, 4, 3, 4]),
    on(slice([1]), [3, 4]),
    on(slice([0, 2], [3, 0]), [3, 4]),
    truths(on(slice([1], [2]), [4])),
  ],
  StridedSlice: [
    on(strided([0, 4], [3, 0], [2, -2]), [3, 5]),
    on(strided([3, 0], [0, 2], [-1, 1], 1, 1), [4, 3]),
    on(strided([4], [0], [-1], 0, 1), [5]),
    on(strided([1, -3], [2, 5], [1, 1], 0, 0, 0, 0, 1), [3, 5]),
    on(strided([0, 1], [0, 3], [1, 1], 0, 0, 1), [2, 3, 4]),
    on(strided([0, 0, 1], [0, 2, 3], [1, 1, 1], 0, 0, 0, 1), [2, 4]),
    on(strided([1, 1, 0, 0], [2, 4, 3, 2], [1, 2, 2, 1]), [2, 5, 3, 2]),
    // tfjs's cpu backend refuses what takes nothing.
    but(on(strided([3], [1], [1]), [5]), { expected: slice([3], [0]) }),
    whole(on(strided([1], [6], [2]), [6])),
  ],
} satisfies Record<string, Case[]>;
