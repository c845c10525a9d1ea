import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import sharp, { type Sharp } from 'sharp';

export type Color = readonly [red: number, green: number, blue: number];

/** A picture of upright stripes of equal width, one a color. */
export function stripes(colors: readonly Color[], size: { width: number; height: number }): Sharp {
  const { width, height } = size;
  const data = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const column = Math.floor(i / 3) % width;
    const color = colors[Math.floor((column * colors.length) / width)] as Color;
    return color[i % 3] as number;
  });
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** Write a picture, and the folders that lead to it; its ending says its format. */
export async function writePicture(path: string, picture: Sharp): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await picture.toFile(path);
}
