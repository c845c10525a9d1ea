import { join } from 'node:path';
import type { ModelSource } from '@ganvas/core';
import { exportModel } from '@ganvas/export';
import * as tf from '@tensorflow/tfjs-core';

/**
 * The repository that the tests draw from: the bundled one, or `GANVAS_TEST_MODELS`, so that a model
 * can be tried before it takes the bundled one's place. It must have a model `mnist`.
 */
export const modelRepository =
  process.env['GANVAS_TEST_MODELS'] ?? join(import.meta.dirname, '../../models');

/** What a translator of the tests takes and how it makes a picture of it, `[N, H, W, C]` in [-1, 1] both. */
interface TinyTranslator {
  readonly source: ModelSource;
  /** How many times wider and higher the picture is, default 1. */
  readonly scale?: 2;
  readonly translate: (source: tf.Tensor4D) => tf.Tensor;
}

const pictures: ModelSource = { channels: 3, encoding: 'picture' };

/** The classes of `areas`. Each is turned into its colour's inverse. */
export const areaClasses = [
  { name: 'sea', color: [0, 0, 255] },
  { name: 'sand', color: [255, 255, 0] },
  { name: 'tree', color: [0, 128, 0] },
] as const satisfies ModelSource['classes'];

/** Numbers in [-1, 1] that differ from each other and are the same in every run. */
function weights(...shape: [number, number, number, number]): tf.Tensor4D {
  const size = shape.reduce((product, side) => product * side);
  return tf.tensor4d(
    Float32Array.from({ length: size }, (_, i) => Math.sin(12.9898 * i)),
    shape,
  );
}

/** A layer of `to` channels; the sum is scaled so that `tanh` bends it and does not flatten it. */
const convolve = (x: tf.Tensor4D, from: number, to: number): tf.Tensor4D =>
  tf.tanh(tf.mul(tf.conv2d(x, weights(3, 3, from, to), 1, 'same'), 3 / Math.sqrt(9 * from)));

/** A convolution over 5 x 5 pixels: it sees 2 pixels far. */
const paint = (x: tf.Tensor4D): tf.Tensor =>
  tf.tanh(tf.mul(tf.conv2d(x, weights(5, 5, x.shape[3], 3), 1, 'same'), 0.3));

/** Translators whose pictures are known beforehand, and one with a little of a network's arithmetic. */
const translators = {
  invert: { source: pictures, translate: (x) => tf.neg(x) },
  network: {
    source: pictures,
    translate: (x) => convolve(convolve(x, 3, 8), 8, 3),
  },
  paint: { source: pictures, translate: paint },
  /** Fills holes with what it paints of the rest. */
  restore: { source: { channels: 4, encoding: 'masked' }, translate: paint },
  /** Each pixel becomes four of its inverse. */
  enlarge: {
    source: pictures,
    scale: 2,
    translate(x) {
      const [, height, width] = x.shape;
      return tf.neg(tf.image.resizeNearestNeighbor(x, [2 * height, 2 * width]));
    },
  },
  /** Keeps the picture, and fills holes with red. */
  holes: {
    source: { channels: 4, encoding: 'masked' },
    translate(x) {
      const [picture, mask] = tf.split(x, [3, 1], 3) as [tf.Tensor, tf.Tensor];
      const red = tf.tensor1d([1, -1, -1]);
      // 1 in holes, 0 elsewhere; the picture is 0 in holes.
      return tf.add(picture, tf.mul(red, tf.mul(tf.add(mask, 1), 0.5)));
    },
  },
  areas: {
    source: { channels: areaClasses.length, encoding: 'classes', classes: [...areaClasses] },
    translate(x) {
      const colors = areaClasses.flatMap(({ color }) => color.map((byte) => 1 - byte / 127.5));
      const kernel = tf.tensor4d(colors, [1, 1, areaClasses.length, 3]);
      return tf.conv2d(x, kernel, 1, 'valid');
    },
  },
} satisfies Readonly<Record<string, TinyTranslator>>;

export type TranslatorName = keyof typeof translators;

/** Write a translator that makes pictures 64 pixels wide and high, or of another size, to a repository. */
export async function writeTranslator(
  repository: string,
  name: TranslatorName,
  { width = 64, height = 64, to = name as string } = {},
): Promise<void> {
  const { source, scale, translate }: TinyTranslator = translators[name];
  await exportModel(({ source: taken }) => ({ image: translate(taken as tf.Tensor4D) }), {
    to: join(repository, to),
    inputs: { source: { shape: ['N', 'H', 'W', source.channels], dtype: 'float32' } },
    description: {
      task: 'translate',
      source,
      image: {
        width,
        height,
        channels: 3,
        range: [-1, 1],
        sizeMultiple: 8,
        ...(scale && { scale }),
      },
      license: 'MIT',
    },
    feed: (batch, size) => ({
      source: new Float32Array(batch * size.height * size.width * source.channels).map((_, i) =>
        Math.sin(i),
      ),
    }),
  });
}
