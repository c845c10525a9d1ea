import { describe, expect, it } from 'vitest';
import { drawMove, moveClasses, movePicture, stay } from './augment.js';

const [width, height] = [8, 16];
const shape = { width, height };

/** A picture whose red tells the column (10 a pixel), and green the row. */
const ramp = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
  const pixel = Math.floor(i / 3);
  return [10 * (pixel % width), 10 * Math.floor(pixel / width), 0][i % 3] as number;
});

/** For each pixel of a moved ramp, the place in the ramp that it was taken from. */
function placesOf(moved: Float32Array): { column: number; row: number }[] {
  const place = (value: number) => ((value + 1) * 127.5) / 10;
  return Array.from({ length: width * height }, (_, pixel) => ({
    column: place(moved[3 * pixel] as number),
    row: place(moved[3 * pixel + 1] as number),
  }));
}

const moved = (number: number, enlarge: boolean): Float32Array => {
  const out = new Float32Array(ramp.length);
  movePicture(ramp, drawMove([1, 2], number, { ...shape, enlarge }), out);
  return out;
};

describe('movePicture', () => {
  it('leaves a picture that stays as it is, to the last bit', () => {
    const out = new Float32Array(ramp.length);
    movePicture(ramp, stay(shape), out);
    expect(out).toEqual(Float32Array.from(ramp, (byte) => byte / 127.5 - 1));
  });

  it('takes pixels that lie side / enlarged apart, from an even choice of places, mirrored half the time', () => {
    // round(8 * 286 / 256) = 9 and round(16 * 286 / 256) = 18: offsets 0 to 1, and 0 to 2.
    const seen = new Map<string, number>();
    for (let number = 0; number < 1200; number++) {
      const places = placesOf(moved(number, true));
      const at = (x: number, y: number) => places[y * width + x] as { column: number; row: number };
      const flipped = at(4, 0).column < at(3, 0).column;
      // The middle of place x of the enlarged picture lies at (x + 0.5) * 8 / 9 - 0.5 of the ramp.
      const left = ((at(flipped ? 4 : 3, 0).column + 0.5) * 9) / 8 - 0.5 - 3;
      const top = ((at(0, 7).row + 0.5) * 18) / 16 - 0.5 - 7;
      expect(Math.abs(at(4, 0).column - at(3, 0).column)).toBeCloseTo(8 / 9, 4);
      expect(at(0, 8).row - at(0, 7).row).toBeCloseTo(16 / 18, 4);
      expect(left).toBeCloseTo(Math.round(left), 4);
      expect(top).toBeCloseTo(Math.round(top), 4);
      const kind = `${flipped} ${Math.round(left)} ${Math.round(top)}`;
      seen.set(kind, (seen.get(kind) ?? 0) + 1);
    }
    expect([...seen.keys()].sort()).toEqual(
      [false, true].flatMap((f) => [0, 1].flatMap((l) => [0, 1, 2].map((t) => `${f} ${l} ${t}`))),
    );
    // 100 of each are expected; five standard deviations are 5 * sqrt(1200 / 12 * 11 / 12) = 48.
    for (const count of seen.values()) expect(Math.abs(count - 100)).toBeLessThan(48);
  });

  it('only mirrors where it is not to enlarge', () => {
    const straight = placesOf(Float32Array.from(ramp, (byte) => byte / 127.5 - 1));
    const kinds = Array.from({ length: 100 }, (_, number) => {
      const places = placesOf(moved(number, false));
      const isFlipped = (places[0]?.column ?? 0) > 1;
      places.forEach(({ column, row }, pixel) => {
        const was = straight[pixel] as { column: number; row: number };
        expect(column).toBeCloseTo(isFlipped ? width - 1 - was.column : was.column, 4);
        expect(row).toBeCloseTo(was.row, 4);
      });
      return isFlipped;
    });
    expect(new Set(kinds).size).toBe(2);
  });
});

describe('moveClasses', () => {
  it('gives each pixel the one class that is nearest to where its picture was taken from', () => {
    const columns = Uint8Array.from({ length: width * height }, (_, i) => i % width);
    for (let number = 0; number < 50; number++) {
      const out = new Float32Array(columns.length * width);
      const move = drawMove([1, 2], number, { ...shape, enlarge: true });
      moveClasses(columns, move, { out, classes: width });
      placesOf(moved(number, true)).forEach(({ column }, pixel) => {
        const channels = [...out.subarray(pixel * width, (pixel + 1) * width)];
        expect(channels.filter((value) => value === 1)).toHaveLength(1);
        expect(channels.filter((value) => value === 0)).toHaveLength(width - 1);
        expect(Math.abs(channels.indexOf(1) - column)).toBeLessThan(0.5 + 1e-4);
      });
    }
  });
});
