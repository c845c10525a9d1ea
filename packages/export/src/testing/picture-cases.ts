import * as tf from '@tensorflow/tfjs-core';
import { adjoint, but, type Case, on, picture, run } from './case.js';

const t = (x: tf.Tensor | undefined): tf.Tensor => x as tf.Tensor;
type Size = [number, number];

/** Which pixel of the input a pixel of the output is taken from. */
const modes = [
  { alignCorners: false, halfPixelCenters: false },
  { alignCorners: true, halfPixelCenters: false },
  { alignCorners: false, halfPixelCenters: true },
] as const;
type Mode = (typeof modes)[number];

/** Twice as large, larger by another factor, smaller, to one row, unchanged. */
const sizes: readonly (readonly [x: [number, number, number, number], size: Size])[] = [
  [
    [2, 3, 2, 2],
    [6, 4],
  ],
  [
    [1, 3, 4, 2],
    [5, 9],
  ],
  [
    [1, 9, 6, 1],
    [3, 3],
  ],
  [
    [1, 5, 7, 1],
    [3, 5],
  ],
  [
    [1, 4, 3, 2],
    [1, 6],
  ],
  [
    [2, 3, 2, 1],
    [3, 2],
  ],
  [
    [1, 1, 1, 2],
    [4, 4],
  ],
];

type Resize = (size: Size, mode: Mode) => (x: tf.Tensor | undefined) => tf.Tensor;
const nearest: Resize = (size, mode) => (x) =>
  tf.image.resizeNearestNeighbor(picture(x), size, mode.alignCorners, mode.halfPixelCenters);
const bilinear: Resize = (size, mode) => (x) =>
  tf.image.resizeBilinear(picture(x), size, mode.alignCorners, mode.halfPixelCenters);

const resizes = (resize: Resize): Case[] =>
  modes.flatMap((mode) => sizes.map(([x, size]) => on(resize(size, mode), x)));

/** Against the forward op: tfjs's own gradients leave half pixels out, and exchange sides. */
const gradients = (kernel: string, resize: Resize): Case[] =>
  modes.flatMap((mode) =>
    sizes.map(([x, size]) => ({
      ...on((images, dy) => run(kernel, { images: t(images), dy: t(dy) }, { ...mode, size }), x, [
        x[0],
        ...size,
        x[3],
      ]),
      expected: ((_, dy) => adjoint(resize(size, mode), t(dy), x.slice(1, 3))) as Case['op'],
    })),
  );

// No place between two pixels lies half way, where rounding would choose.
const boxes = [0.13, 0.22, 0.81, 0.87, 0, 0, 1, 1, 0.92, 0.13, 0.33, 0.74, -0.41, 0.23, 0.72, 1.31];
const crop = (size: Size, method: 'bilinear' | 'nearest'): Case => ({
  op: (image, box) =>
    tf.image.cropAndResize(
      picture(image),
      box as tf.Tensor2D,
      tf.tensor1d([0, 1, 1, 0], 'int32'),
      size,
      method,
      0.25,
    ),
  shapes: [
    [2, 5, 6, 2],
    [4, 4],
  ],
  values: [undefined, boxes],
});

/** Projections: one that scales and shifts, one that shears, one with a vanishing point. */
const projections = [
  [0.71, 0.13, -1.32, -0.21, 0.83, 0.57, 0, 0],
  [1.4, -0.6, 2.2, 0.3, 1.1, -2.7, 0.02, -0.013],
];
type Fill = 'constant' | 'reflect' | 'wrap' | 'nearest';
const transform = (
  interpolation: 'nearest' | 'bilinear',
  fill: Fill,
  options: { rows?: number; size?: Size } = {},
): Case => {
  const rows = options.rows ?? 2;
  const of = (image: tf.Tensor | undefined, transforms: tf.Tensor | undefined): tf.Tensor =>
    tf.image.transform(
      picture(image),
      transforms as tf.Tensor2D,
      interpolation,
      fill,
      0.5,
      options.size,
    );
  return {
    op: of,
    // tfjs's cpu backend returns after the first picture, so each goes through it alone.
    expected: (images, transforms) => {
      const [first, second] = tf.split(t(images), 2);
      const [one, other] = rows === 1 ? [transforms, transforms] : tf.split(t(transforms), 2);
      return tf.concat([of(first, one), of(second, other)]);
    },
    shapes: [
      [2, 4, 5, 2],
      [rows, 8],
    ],
    values: [undefined, projections.slice(0, rows).flat()],
  };
};
const fills = ['constant', 'reflect', 'wrap', 'nearest'] as const;

const rotate =
  (
    radians: number,
    fill: number | [number, number, number],
    center?: number | [number, number],
  ): Case['op'] =>
  (x) =>
    tf.image.rotateWithOffset(picture(x), radians, fill, center);

/** Cases for kernels that resize, crop and turn pictures. */
export const pictureCases = {
  CropAndResize: [
    crop([3, 4], 'bilinear'),
    crop([3, 4], 'nearest'),
    crop([1, 1], 'bilinear'),
    crop([1, 3], 'nearest'),
  ],
  ResizeBilinear: [
    ...resizes(bilinear),
    but(on(bilinear([4, 4], modes[0]), [1, 2, 3, 1]), { dtypes: ['int32'] }),
  ],
  ResizeBilinearGrad: gradients('ResizeBilinearGrad', bilinear),
  ResizeNearestNeighbor: [
    ...resizes(nearest),
    but(on(nearest([4, 6], modes[0]), [1, 2, 3, 1]), { dtypes: ['int32'] }),
  ],
  ResizeNearestNeighborGrad: gradients('ResizeNearestNeighborGrad', nearest),
  RotateWithOffset: [
    on(rotate(0.6, 0), [2, 4, 5, 3]),
    on(rotate(-2.2, 0.5, [0.2, 0.8]), [1, 5, 4, 2]),
    on(rotate(0.9, [1, 2, 3], 0.3), [1, 4, 4, 4]),
  ],
  Transform: [
    ...fills.flatMap((fill) => [transform('nearest', fill), transform('bilinear', fill)]),
    transform('bilinear', 'constant', { rows: 1, size: [3, 6] }),
    transform('nearest', 'reflect', { rows: 1 }),
  ],
} satisfies Record<string, Case[]>;
