import { flattenOnWhite, type Pixels, toColorChannels } from '@ganvas/core';
import type { Pictures } from './data/pictures.js';

const white = 255;

/** A column of a sheet: its pictures (3 channels), how many times enlarged, and where its left side is. */
interface Column {
  readonly pictures: Pixels;
  readonly factor: number;
  readonly left: number;
}

function assertColumns(columns: readonly Pixels[]): void {
  const counts = columns.map(({ count }) => count);
  if (columns.length === 0 || new Set(counts).size !== 1) {
    throw new RangeError(
      `contactSheet: expected columns of equally many pictures, got [${counts.join(', ')}]`,
    );
  }
  const wrong = columns.find(({ channels }) => ![1, 3, 4].includes(channels));
  if (wrong) {
    throw new RangeError(`contactSheet: expected 1, 3 or 4 channels, got ${wrong.channels}`);
  }
}

/** Draw one picture of a column, each pixel a square of `factor` x `factor`, into the sheet. */
function draw({ pictures, factor, left }: Column, index: number, top: number, sheet: Pixels): void {
  const { width, height, data } = pictures;
  for (let y = 0; y < height * factor; y++) {
    for (let x = 0; x < width * factor; x++) {
      const row = index * height + Math.floor(y / factor);
      const from = (row * width + Math.floor(x / factor)) * 3;
      sheet.data.set(data.subarray(from, from + 3), ((top + y) * sheet.width + left + x) * 3);
    }
  }
}

/**
 * Lay pictures out beside each other, one row for each: input | output | truth. Columns may differ in size and
 * channels (1, 3 or 4; transparent is white): small ones are enlarged by the largest whole number that fits.
 *
 * @param columns uint8 `[N, H, W, C]` each, the same N
 * @param gap white pixels between pictures, default 2
 * @returns uint8 `[1, H, W, 3]`
 */
export function contactSheet(columns: readonly Pixels[], { gap = 2 } = {}): Pixels {
  assertColumns(columns);
  const rowHeight = Math.max(...columns.map(({ height }) => height));
  let left = 0;
  const placed = columns.map((column): Column => {
    const pictures = toColorChannels(flattenOnWhite(column), 3);
    const factor = Math.floor(rowHeight / pictures.height);
    const place = { pictures, factor, left };
    left += pictures.width * factor + gap;
    return place;
  });
  const count = columns[0]?.count ?? 0;
  const size = { width: left - gap, height: Math.max(0, count * (rowHeight + gap) - gap) };
  const data = new Uint8Array(size.width * size.height * 3).fill(white);
  const sheet: Pixels = { ...size, count: 1, channels: 3, data };
  for (let row = 0; row < count; row++) {
    for (const column of placed) draw(column, row, row * (rowHeight + gap), sheet);
  }
  return sheet;
}

/** As many pictures as a sheet has: the first, and again from the first where there are fewer. */
export function picturesFor({ data, count, ...sizes }: Pictures, sheetCount: number): Pixels {
  const { width, height, channels } = sizes;
  const size = width * height * channels;
  const all = new Uint8Array(sheetCount * size);
  for (let i = 0; i < sheetCount; i++) {
    const from = (i % count) * size;
    all.set(data.subarray(from, from + size), i * size);
  }
  return { width, height, channels, count: sheetCount, data: all };
}
