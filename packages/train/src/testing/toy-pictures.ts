import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { foldIn, integerAt, type Key } from '@ganvas/core';
import sharp from 'sharp';

type Color = readonly [number, number, number];

/** A shape on a ground; the numbers of all that can be told of it. */
export interface ToyShape {
  readonly isRound: boolean;
  readonly radius: number;
  readonly x: number;
  readonly y: number;
}

/** Draw a disc or a square somewhere inside of a square picture. */
function toyShape(key: Key, size: number): ToyShape {
  const draw = (which: number, from: number, to: number) =>
    from + integerAt(key, which, to - from + 1);
  const radius = draw(1, Math.round(size / 6), Math.round(size / 4));
  return {
    isRound: draw(0, 0, 1) === 1,
    radius,
    x: draw(2, radius, size - 1 - radius),
    y: draw(3, radius, size - 1 - radius),
  };
}

/** Paint a shape: uint8 `[size, size, 3]`. */
export function paintToy(
  { isRound, radius, x, y }: ToyShape,
  size: number,
  colors: { shape: Color; ground: Color },
): Uint8Array {
  const data = new Uint8Array(size * size * 3);
  for (let pixel = 0; pixel < size * size; pixel++) {
    const [dx, dy] = [Math.abs((pixel % size) - x), Math.abs(Math.floor(pixel / size) - y)];
    const isInside = isRound ? dx * dx + dy * dy <= radius * radius : Math.max(dx, dy) <= radius;
    data.set(isInside ? colors.shape : colors.ground, 3 * pixel);
  }
  return data;
}

/** Write square pictures as PNG: `000.png`, `001.png`, ... */
export async function writeToyPictures(
  folder: string,
  size: number,
  pictures: readonly Uint8Array[],
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const raw = { width: size, height: size, channels: 3 } as const;
  for (const [i, data] of pictures.entries()) {
    await sharp(data, { raw }).toFile(join(folder, `${String(i).padStart(3, '0')}.png`));
  }
}

/** Shapes that follow from a number, as many as are asked for. */
export const toyShapes = (seed: number, count: number, size: number): ToyShape[] =>
  Array.from({ length: count }, (_, i) => toyShape(foldIn([seed, 0], i), size));
