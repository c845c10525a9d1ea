import { describe, expect, it } from 'vitest';
import type { Place, Stroke } from './drawing.js';
import { fit, lineWidth, type Path, stamp, trace } from './strokes.js';

const strokeOf = (size: number, ...places: Place[]): Stroke => ({
  tool: 'brush',
  size,
  color: [0, 0, 0],
  places,
});

/** A path that keeps what it is told. */
function createPath() {
  const calls: [string, ...number[]][] = [];
  const path: Path = {
    moveTo: (...at) => calls.push(['move', ...at]),
    lineTo: (...at) => calls.push(['line', ...at]),
    quadraticCurveTo: (...at) => calls.push(['curve', ...at]),
  };
  return { path, calls };
}

describe('trace', () => {
  const size = { width: 100, height: 200 };
  const at = (x: number, y: number) => ({ x, y });

  it('draws a dot where the pen did not move', () => {
    const { path, calls } = createPath();
    trace(path, strokeOf(0.1, at(0.5, 0.5)), size);
    expect(calls).toEqual([
      ['move', 50, 100],
      ['line', 50.001, 100],
    ]);
  });

  it('draws a straight line between two places', () => {
    const { path, calls } = createPath();
    trace(path, strokeOf(0.1, at(0, 0), at(1, 1)), size);
    expect(calls).toEqual([
      ['move', 0, 0],
      ['line', 100, 200],
    ]);
  });

  it('bends towards the places between the first and the last', () => {
    const { path, calls } = createPath();
    trace(path, strokeOf(0.1, at(0, 0), at(0.2, 0), at(0.4, 0.2), at(1, 1)), size);
    // The middle of (20, 0) and (40, 40), then that of (40, 40) and (100, 200).
    expect(calls).toEqual([
      ['move', 0, 0],
      ['curve', 20, 0, 30, 20],
      ['curve', 40, 40, 70, 120],
      ['line', 100, 200],
    ]);
  });
});

describe('lineWidth', () => {
  it("is a share of the paper's shorter side", () => {
    expect(lineWidth(strokeOf(0.1), { width: 100, height: 200 })).toBeCloseTo(10, 12);
    expect(lineWidth(strokeOf(0.1), { width: 300, height: 50 })).toBeCloseTo(5, 12);
  });
});

describe('stamp', () => {
  /** Stamp on white paper, and show which pixels it took: `#`. */
  function stamped(width: number, height: number, ...strokes: Stroke[]) {
    const image = { data: new Uint8ClampedArray(width * height * 4).fill(255), width, height };
    for (const stroke of strokes) stamp(image, stroke, [1, 2, 3, 0]);
    return Array.from({ length: height }, (_, y) =>
      Array.from({ length: width }, (_, x) => {
        const pixel = [...image.data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4)];
        return { '1,2,3,0': '#', '255,255,255,255': '.' }[String(pixel)];
      }).join(''),
    );
  }

  it('sets whole pixels around a line, its ends round', () => {
    // Between the middles of pixels (2, 2) and (5, 2), 2 pixels wide, so a radius of 1.
    const line = strokeOf(0.4, { x: 2.5 / 8, y: 0.5 }, { x: 5.5 / 8, y: 0.5 });
    expect(stamped(8, 5, line)).toEqual([
      '........',
      '..####..',
      '.######.',
      '..####..',
      '........',
    ]);
  });

  it('sets the pixel under the thinnest pen', () => {
    expect(stamped(4, 3, strokeOf(0, { x: 0.4, y: 0.5 }))).toEqual(['....', '.#..', '....']);
  });

  it('cuts off what is beside the paper', () => {
    const outside = strokeOf(1, { x: -0.5, y: 0.5 }, { x: 1.5, y: 0.5 });
    expect(stamped(3, 2, outside)).toEqual(['###', '###']);
    expect(stamped(3, 2, strokeOf(0.5, { x: 3, y: 3 }))).toEqual(['...', '...']);
  });
});

describe('fit', () => {
  const wide = { width: 200, height: 100 };
  const paper = { width: 50, height: 50 };

  it('puts the whole picture in the middle', () => {
    expect(fit(wide, paper, 'contain')).toEqual({ x: 0, y: 12.5, width: 50, height: 25 });
    const high = { width: 100, height: 200 };
    expect(fit(high, paper, 'contain')).toEqual({ x: 12.5, y: 0, width: 25, height: 50 });
  });

  it('covers the paper with the middle of the picture', () => {
    expect(fit(wide, paper, 'cover')).toEqual({ x: -25, y: 0, width: 100, height: 50 });
  });
});
