import { describe, expect, it } from 'vitest';
import type { Pictures } from './pictures.js';
import { findClasses, toClassColors, toClassNumbers } from './semantic-classes.js';

/** One picture, one row, of the given colors. */
function row(...colors: (readonly [number, number, number])[]): Pictures {
  const data = Uint8Array.from(colors.flat());
  return { names: ['row'], count: 1, width: colors.length, height: 1, channels: 3, data };
}

const [black, red, white] = [
  [0, 0, 0],
  [255, 0, 0],
  [255, 255, 255],
] as const;

describe('findClasses', () => {
  it('gives each color once, by number, whatever the order of the pixels', () => {
    const classes = [
      { name: '#000000', color: [...black] },
      { name: '#ff0000', color: [...red] },
      { name: '#ffffff', color: [...white] },
    ];
    expect(findClasses(row(white, red, red, black), 'pairs:x')).toEqual(classes);
    expect(findClasses(row(black, white, red), 'pairs:x')).toEqual(classes);
  });

  it('takes 32 colors and refuses 33, and a single one', () => {
    const shades = (count: number) =>
      row(...Array.from({ length: count }, (_, i) => [i, 0, 7] as const));
    expect(findClasses(shades(32), 'pairs:x')).toHaveLength(32);
    expect(() => findClasses(shades(33), 'pairs:x')).toThrow(
      'pairs:x: expected semantic maps of 2 to 32 colors, one a class, got 33: save maps as PNG without smoothed edges, and paint fewer classes',
    );
    expect(() => findClasses(shades(1), 'pairs:x')).toThrow(
      'got 1: paint each class in a color of its own',
    );
  });
});

describe('toClassNumbers', () => {
  const classes = findClasses(row(black, red, white), 'pairs:x');

  it('gives the class of the nearest color', () => {
    const maps = row(red, [250, 10, 10], [20, 20, 20], [200, 200, 250]);
    expect(toClassNumbers(maps, classes)).toEqual({
      ...maps,
      channels: 1,
      data: Uint8Array.of(1, 1, 0, 2),
    });
  });

  it('is undone by the colors of its classes', () => {
    const maps = row(white, red, black, red);
    expect(toClassColors(maps, classes)).toEqual(maps);
    expect(toClassColors(row([200, 9, 0]), classes).data).toEqual(Uint8Array.from(red));
  });
});
