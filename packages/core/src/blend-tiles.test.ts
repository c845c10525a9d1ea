import { describe, expect, it, vi } from 'vitest';
import { createBlender, type Mosaic } from './blend-tiles.js';
import { fromBytes, type Pixels } from './pixels.js';
import { planAxis } from './tile-axis.js';

const multiple = 4;
const tileSize = 64;

const byteAt = (at: number): number => (at * 89) % 251;

/** The pieces that a model makes of `height` x `width`, each byte the one of its place in the picture. */
function blend({ rows, columns, channels, scale }: Mosaic): Pixels {
  const blender = createBlender({ rows, columns, channels, scale });
  const [height, width] = [rows.size * scale, columns.size * scale];
  const plane = height * width;
  for (const [number, band] of blender.bands.entries()) {
    for (const place of band) {
      const top = (rows.starts[place.row] as number) * scale;
      const left = (columns.starts[place.column] as number) * scale;
      const bytes = Uint8Array.from({ length: channels * plane }, (_, at) => {
        const [y, x] = [top + Math.floor((at % plane) / width), left + (at % width)];
        return byteAt((y * blender.out.width + x) * channels + Math.floor(at / plane));
      });
      blender.add(fromBytes(bytes), place);
    }
    blender.finish(number);
  }
  return blender.out;
}

const planOf = (height: number, width: number): Pick<Mosaic, 'rows' | 'columns'> => ({
  rows: planAxis(height, { tileSize, multiple }),
  columns: planAxis(width, { tileSize, multiple }),
});

describe('createBlender', () => {
  it.each([
    [50, 33, 1],
    [150, 201, 1],
    [201, 150, 2],
    [150, 150, 2],
    [3000, 7, 2],
    [7, 3000, 2],
  ])('puts pieces that agree together to %i x %i, times %i', (height, width, scale) => {
    const out = blend({ ...planOf(height, width), channels: 3, scale });
    expect([out.height, out.width, out.channels]).toEqual([height * scale, width * scale, 3]);
    expect(out.data.findIndex((byte, at) => byte !== byteAt(at))).toBe(-1);
  });

  it.each([
    [20_000, 8],
    [8, 20_000],
    [1900, 2000],
  ])('holds the floats of one tile across the shorter side of %i x %i', (height, width) => {
    const lengths: number[] = [];
    class Counted extends Float32Array {
      constructor(length: number) {
        super(length);
        lengths.push(length);
      }
    }
    const plan = planOf(height, width);
    vi.stubGlobal('Float32Array', Counted);
    try {
      createBlender({ ...plan, channels: 1, scale: 1 });
    } finally {
      vi.unstubAllGlobals();
    }
    expect(Math.max(...lengths)).toBeLessThanOrEqual(Math.min(height, width) * tileSize);
  });
});
