import { InputError } from '@ganvas/core';
import type { Pairs, Pictures } from './pictures.js';

/** A class of a semantic map, and how it is painted: red, green, blue, 0 to 255. */
export interface SemanticClass {
  readonly name: string;
  readonly color: readonly [number, number, number];
}

/** Pairs whose inputs are semantic maps, 3 channels, each pixel of the color of its class. */
export interface LabelPairs extends Pairs {
  /** Those of the training split: a model keeps the classes of what it learned from. */
  readonly classes: readonly SemanticClass[];
}

/** Each class is a channel of the network's input; with more than this, maps are likely not maps. */
const mostClasses = 32;

const packed = (data: Uint8Array, at: number): number =>
  ((data[at] as number) << 16) | ((data[at + 1] as number) << 8) | (data[at + 2] as number);

const unpacked = (color: number): [number, number, number] => [
  color >> 16,
  (color >> 8) & 255,
  color & 255,
];

/** Find the classes of semantic maps (3 channels): their distinct colors, by number, named as CSS writes them. */
export function findClasses(maps: Pictures, source: string): SemanticClass[] {
  const colors = new Set<number>();
  for (let at = 0; at < maps.data.length; at += 3) colors.add(packed(maps.data, at));
  if (colors.size < 2 || colors.size > mostClasses) {
    const advice =
      colors.size < 2
        ? 'paint each class in a color of its own'
        : 'save maps as PNG without smoothed edges, and paint fewer classes';
    throw new InputError(
      `${source}: expected semantic maps of 2 to ${mostClasses} colors, one a class, got ${colors.size}: ${advice}`,
    );
  }
  return [...colors]
    .sort((a, b) => a - b)
    .map((color) => ({
      name: `#${color.toString(16).padStart(6, '0')}`,
      color: unpacked(color),
    }));
}

/** The position of the class whose color is nearest to that of a pixel; the first of equals. */
function nearestClass(color: number, classes: readonly SemanticClass[]): number {
  const pixel = unpacked(color);
  const distances = classes.map((each) =>
    pixel.reduce((sum, value, c) => sum + (value - (each.color[c] as number)) ** 2, 0),
  );
  return distances.indexOf(Math.min(...distances));
}

/** Turn semantic maps as they are painted (3 channels) into class numbers (1 channel): those of the nearest colors. */
export function toClassNumbers(maps: Pictures, classes: readonly SemanticClass[]): Pictures {
  const known = new Map<number, number>();
  const data = new Uint8Array(maps.data.length / 3);
  for (let pixel = 0; pixel < data.length; pixel++) {
    const color = packed(maps.data, 3 * pixel);
    let number = known.get(color);
    if (number === undefined) {
      number = nearestClass(color, classes);
      known.set(color, number);
    }
    data[pixel] = number;
  }
  return { ...maps, channels: 1, data };
}

/** Repaint semantic maps so that every pixel has the color of a class: the nearest. */
export function toClassColors(maps: Pictures, classes: readonly SemanticClass[]): Pictures {
  const data = new Uint8Array(maps.data.length);
  toClassNumbers(maps, classes).data.forEach((number, pixel) => {
    data.set((classes[number] as SemanticClass).color, 3 * pixel);
  });
  return { ...maps, data };
}
