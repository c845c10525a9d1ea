import type { Place, Sheet, Stroke } from './drawing.js';
import { black, type Source } from './render.js';

// Drawn on a square of 72 units with lines 2 units wide, as OpenMoji's outlines are.
const side = 72;

type Point = readonly [x: number, y: number];

/** Width of a line of `units` as a stroke has it. */
export const toSize = (units: number): number => units / side;

const toPlace = ([x, y]: Point): Place => ({ x: x / side, y: y / side });
const strokeOf = (points: readonly Point[], units = 2): Stroke => ({
  tool: 'brush',
  size: toSize(units),
  color: black,
  places: points.map(toPlace),
});

/** Straight lines from point to point, one stroke each, so that the corners stay sharp. */
const lines = (...points: Point[]): Stroke[] =>
  points.slice(1).map((point, i) => strokeOf([points[i] as Point, point]));

const dot = (at: Point, units: number): Stroke => strokeOf([at], units);

interface Arc {
  readonly at: Point;
  readonly rx: number;
  readonly ry?: number;
  /** Angles in degrees, clockwise from the right; default a whole ellipse. */
  readonly from?: number;
  readonly to?: number;
}

/** A part of an ellipse. */
function arc({ at: [x, y], rx, ry = rx, from = 0, to = 360 }: Arc): Stroke {
  const count = Math.ceil(Math.abs(to - from) / 6);
  const points = Array.from({ length: count + 1 }, (_, i): Point => {
    const angle = ((from + ((to - from) * i) / count) * Math.PI) / 180;
    return [x + rx * Math.cos(angle), y + ry * Math.sin(angle)];
  });
  return strokeOf(points);
}

/** Sketches to begin with, by name. */
export const examples = {
  smiley: [
    arc({ at: [36, 36], rx: 23 }),
    dot([28, 31], 6),
    dot([44, 31], 6),
    arc({ at: [36, 38], rx: 13, ry: 11, from: 15, to: 165 }),
  ],
  house: [
    ...lines([10, 36], [36, 12], [62, 36]),
    ...lines([17, 31], [17, 60], [55, 60], [55, 31]),
    ...lines([31, 60], [31, 44], [41, 44], [41, 60]),
    ...lines([47, 22], [47, 13], [53, 13], [53, 27]),
  ],
  apple: [
    arc({ at: [27, 42], rx: 14, ry: 18, from: 55, to: 308 }),
    arc({ at: [45, 42], rx: 14, ry: 18, from: 125, to: -128 }),
    arc({ at: [36, 60], rx: 4, ry: 3, from: 170, to: 370 }),
    arc({ at: [36, 26], rx: 4, ry: 3, from: 190, to: -10 }),
    arc({ at: [44, 27], rx: 8, ry: 14, from: 180, to: 250 }),
    arc({ at: [49, 17], rx: 7, ry: 4, from: 160, to: 520 }),
  ],
  fish: [
    arc({ at: [30, 36], rx: 20, ry: 13, from: 22, to: 338 }),
    ...lines([48.5, 31.1], [62, 23], [58, 36], [62, 49], [48.5, 40.9]),
    dot([20, 33], 4.5),
    arc({ at: [22, 36], rx: 9, ry: 10, from: -50, to: 50 }),
    arc({ at: [36, 38], rx: 4, ry: 5, from: -60, to: 80 }),
  ],
} satisfies Readonly<Record<string, readonly Stroke[]>>;

export type ExampleName = keyof typeof examples;

// A semantic map is of areas, not of lines.
const mapWidth = 4;

/** What is to be filled in of an example. */
const hole: Stroke = {
  ...strokeOf(
    [
      [42, 46],
      [54, 40],
    ],
    12,
  ),
  tool: 'eraser',
};

type Encoding = Source['encoding'];

/** The strokes of an example as each kind of model takes them. */
const adapt: {
  readonly [E in Encoding]: (strokes: readonly Stroke[], source: Source) => readonly Stroke[];
} = {
  picture: (strokes) => strokes,
  masked: (strokes) => [...strokes, hole],
  classes(strokes, { classes = [] }) {
    const [, ...others] = classes;
    return strokes.map((stroke, i) => {
      const color = others[i % others.length]?.color ?? stroke.color;
      return { ...stroke, color, size: stroke.size * mapWidth };
    });
  },
};

/** An example for what a model takes: black lines, those with a hole, or wide ones of its classes. */
export const exampleFor = (source: Source, name: ExampleName): Sheet<never> => ({
  picture: undefined,
  strokes: adapt[source.encoding](examples[name], source),
});
