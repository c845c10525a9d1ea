import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const size = 8;

/** Big-endian 32-bit numbers as bytes. */
const words = (...numbers: number[]): number[] =>
  numbers.flatMap((n) => [(n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]);

/**
 * Write a data set that can be learned in seconds, as IDX files: 8 x 8 pictures of two classes, class 0
 * bright on the left and class 1 on the right, each with a brightness of its own.
 */
export async function writeToyData(folder: string, count: number): Promise<void> {
  const pixels = Array.from({ length: count * size * size }, (_, i) => {
    const picture = Math.floor(i / (size * size));
    const isRight = i % size >= size / 2;
    const bright = 180 + ((picture * 37) % 75);
    return isRight === (picture % 2 === 1) ? bright : 0;
  });
  const labels = Array.from({ length: count }, (_, i) => i % 2);
  const images = [0, 0, 8, 3, ...words(count, size, size), ...pixels];
  await writeFile(join(folder, 'train-images-idx3-ubyte'), Uint8Array.from(images));
  await writeFile(
    join(folder, 'train-labels-idx1-ubyte'),
    Uint8Array.from([0, 0, 8, 1, ...words(count), ...labels]),
  );
}
