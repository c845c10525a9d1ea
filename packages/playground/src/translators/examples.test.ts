import { describe, expect, it } from 'vitest';
import { type ExampleName, exampleFor, examples } from './examples.js';
import type { Source } from './render.js';

const names = Object.keys(examples) as ExampleName[];

const map: Source = {
  encoding: 'classes',
  classes: [
    { name: 'sea', color: [0, 0, 255] },
    { name: 'sand', color: [255, 255, 0] },
    { name: 'tree', color: [0, 128, 0] },
  ],
};

describe('exampleFor', () => {
  it.each(names)('draws a whole %s on the paper, in black lines as wide as OpenMoji', (name) => {
    const { strokes } = exampleFor({ encoding: 'picture' }, name);
    const places = strokes.flatMap((stroke) => stroke.places);
    expect(Math.min(...places.flatMap(({ x, y }) => [x, y]))).toBeGreaterThan(0);
    expect(Math.max(...places.flatMap(({ x, y }) => [x, y]))).toBeLessThan(1);
    expect(Math.min(...strokes.map(({ size }) => size))).toBeCloseTo(2 / 72, 12);
    expect(new Set(strokes.map(({ tool, color }) => `${tool} ${color}`))).toEqual(
      new Set(['brush 0,0,0']),
    );
  });

  it('has something to fill in for a model that does that', () => {
    const { strokes } = exampleFor({ encoding: 'masked' }, 'house');
    expect(strokes.filter(({ tool }) => tool === 'eraser')).toHaveLength(1);
  });

  it('is painted with the classes of a semantic map, but for that of empty paper', () => {
    const { strokes } = exampleFor(map, 'house');
    expect(new Set(strokes.map(({ color }) => String(color)))).toEqual(
      new Set(['255,255,0', '0,128,0']),
    );
  });
});
