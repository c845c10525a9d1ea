import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { nothing } from './openmoji-palette.js';

export interface DrawingSize {
  readonly width: number;
  readonly height: number;
}

const toHex = (color: readonly number[]): string =>
  `#${color.map((value) => value.toString(16).padStart(2, '0')).join('')}`;

/** Nothing smoothed, so that every pixel is of one class; nothing seen through; no lines, only what they enclose. */
const areasOnly = `<style>
  * { shape-rendering: crispEdges; opacity: 1; fill-opacity: 1 }
  [id^="line"] { display: none }
  [stroke="#000"], [stroke="#000000"] { stroke: none }
</style>`;

/** What can be drawn of a symbol: from which of OpenMoji's folders, on what, and with what changed. */
const drawings = {
  outline: { folder: 'black', background: '#ffffff', style: '' },
  color: { folder: 'color', background: '#ffffff', style: '' },
  /** A semantic map: colored areas without their outlines. */
  areas: {
    folder: 'color',
    background: toHex(nothing.color),
    style: areasOnly,
  },
} as const;
export type Drawing = keyof typeof drawings;

/**
 * Draw a symbol as large as fits, in the middle: uint8 `[height, width, 3]`.
 *
 * @param folder the folder of the package openmoji
 * @param name the symbol's hexcode
 */
export async function draw(
  folder: string,
  name: string,
  { drawing, width, height }: DrawingSize & { drawing: Drawing },
): Promise<Uint8Array> {
  const { folder: kind, background, style } = drawings[drawing];
  const svg = await readFile(join(folder, kind, 'svg', `${name}.svg`), 'utf8');
  // Sharp draws an SVG at the size that it is resized to, so nothing is drawn and then scaled.
  return sharp(Buffer.from(svg.replace(/<svg[^>]*>/, (tag) => tag + style)))
    .resize(width, height, { fit: 'contain', background })
    .flatten({ background })
    .removeAlpha()
    .raw()
    .toBuffer();
}
