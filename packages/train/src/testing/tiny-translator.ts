import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Exported, type ExportOptions, exportModel } from '@ganvas/export';
import * as tf from '@tensorflow/tfjs-core';
import sharp from 'sharp';

type Description = ExportOptions['description'];

/** Export a translator of 16 x 16 pictures that multiplies by a number what it is given. */
export const exportScaling = (
  to: string,
  factor: number,
  description: Partial<Description> = {},
): Promise<Exported> =>
  exportModel(({ source }) => ({ image: tf.mul(source as tf.Tensor, factor) }), {
    to,
    inputs: { source: { shape: ['N', 'H', 'W', 3], dtype: 'float32' } },
    feed: (batch, { height, width }) => ({
      source: Float32Array.from({ length: batch * height * width * 3 }, (_, i) => Math.sin(i)),
    }),
    description: {
      task: 'translate',
      source: { channels: 3, encoding: 'picture' },
      image: { width: 16, height: 16, channels: 3, range: [-1, 1], sizeMultiple: 4 },
      license: 'MIT',
      ...description,
    },
  });

/** Write a plain picture of 16 x 16. */
export async function writePlain(file: string, level: number): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const background = { r: level, g: level, b: level };
  await sharp({ create: { width: 16, height: 16, channels: 3, background } })
    .png()
    .toFile(file);
}

/** Write pairs of plain pictures in the two folders of a split. */
export async function writePairs(
  folder: string,
  pairs: readonly (readonly [input: number, target: number])[],
): Promise<void> {
  for (const [i, [input, target]] of pairs.entries()) {
    await writePlain(join(folder, 'A', `${i}.png`), input);
    await writePlain(join(folder, 'B', `${i}.png`), target);
  }
}
