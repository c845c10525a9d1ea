import { describe, expect, it } from 'vitest';
import { packageFolder } from './dataset.js';
import { type Drawing, draw } from './openmoji-drawings.js';

const size = { width: 144, height: 72 };

/** Draw a winking face, and give the pixels at some places. */
async function pixelsOf(drawing: Drawing, places: readonly (readonly [number, number])[]) {
  const bytes = await draw(packageFolder('openmoji'), '1F61C', { drawing, ...size });
  expect(bytes).toHaveLength(144 * 72 * 3);
  return places.map(([x, y]) => [...bytes.subarray(3 * (y * 144 + x), 3 * (y * 144 + x) + 3)]);
}

// A circle around (36, 36) of 72 with radius 23 in #FCEA2B, a black line of width 2 around it, and nothing on its
// forehead; its left eye is a black dot around (27, 31) with radius 3. In a picture twice as wide it begins 36 to the right.
const forehead = [72, 20] as const;
const eye = [63, 31] as const;
const [above, line, alsoLine, below] = [11, 12, 13, 14].map((y) => [72, y] as const) as [
  [number, number],
  [number, number],
  [number, number],
  [number, number],
];
const [corner, beside] = [[36, 0] as const, [8, 36] as const];
const yellow = [0xfc, 0xea, 0x2b];
const [black, white] = [
  [0, 0, 0],
  [255, 255, 255],
];

/** The greatest difference between pixels and what is wanted of them. */
const offBy = (pixels: number[][], wanted: number[][]): number =>
  Math.max(...pixels.flat().map((value, i) => Math.abs(value - (wanted.flat()[i] as number))));

/** Within a pixel of its top the circle falls by at most 1 / (2 * 22) of a pixel: 5.8 of 255. */
const curved = 6;

describe('draw', () => {
  it('draws an outline on white, in the middle, its line as sharp as pixels are', async () => {
    const places = [forehead, above, line, alsoLine, below, corner, beside];
    const pixels = await pixelsOf('outline', places);
    expect(offBy(pixels, [white, white, black, black, white, white, white])).toBeLessThanOrEqual(
      curved,
    );
  });

  it('draws the colored picture likewise', async () => {
    const pixels = await pixelsOf('color', [forehead, eye, line, alsoLine, below, corner, beside]);
    expect(offBy(pixels, [yellow, black, black, black, yellow, white, white])).toBeLessThanOrEqual(
      curved,
    );
  });

  it('draws areas without lines to the last bit, on a background that is no paint', async () => {
    const background = [0xe1, 0xd7, 0xf0];
    const pixels = await pixelsOf('areas', [forehead, eye, alsoLine, below, corner, beside]);
    expect(pixels).toEqual([yellow, yellow, yellow, yellow, background, background]);
  });
});
