/** A place on the paper, as shares of its width and height: (0, 0) is its top left corner. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

export type Tool = 'brush' | 'eraser';

/** Red, green and blue, from 0 to 255 each. */
export type Color = readonly [number, number, number];

/** One movement of a pen, from where it was put down to where it was lifted. */
export interface Stroke {
  readonly tool: Tool;
  /** Width of the line, as a share of the paper's shorter side. */
  readonly size: number;
  /** What a brush leaves; an eraser takes no notice of it. */
  readonly color: Color;
  /** At least one. */
  readonly places: readonly Place[];
}

/** What lies on the paper: strokes in the order in which they were made, on a picture if there is one. */
export interface Sheet<P> {
  readonly picture: P | undefined;
  readonly strokes: readonly Stroke[];
}

/** A sheet with the sheets before it and those that were taken back. */
export interface Drawing<P> {
  readonly sheet: Sheet<P>;
  readonly past: readonly Sheet<P>[];
  readonly future: readonly Sheet<P>[];
  /** Whether the last stroke still grows. */
  readonly isDown: boolean;
}

/** How many steps can be taken back. */
export const maxSteps = 200;

/** How many pictures the steps may hold: each costs up to 4 MB. */
export const maxPictures = 10;

export const emptySheet: Sheet<never> = { picture: undefined, strokes: [] };

/** A drawing that begins with a sheet, with nothing to take back. */
export const openDrawing = <P>(sheet: Sheet<P>): Drawing<P> => ({
  sheet,
  past: [],
  future: [],
  isDown: false,
});

const isEmpty = ({ picture, strokes }: Sheet<unknown>) => !picture && strokes.length === 0;

/** The newest steps, up to the one that holds a picture too many. */
function newest<P>(steps: readonly Sheet<P>[]): readonly Sheet<P>[] {
  const pictures = new Set<P>();
  const tooMany = steps.findLastIndex(
    ({ picture }) => picture !== undefined && pictures.add(picture).size > maxPictures,
  );
  return steps.slice(Math.max(tooMany + 1, steps.length - maxSteps));
}

/** Put another sheet in the place of this one. An empty one in the place of an empty one is no step. */
export function begin<P>(drawing: Drawing<P>, sheet: Sheet<P>): Drawing<P> {
  if (isEmpty(drawing.sheet) && isEmpty(sheet)) return drawing;
  const past = newest([...drawing.past, drawing.sheet]);
  return { sheet, past, future: [], isDown: false };
}

/** Put the pen down: a stroke begins, and grows until the pen is lifted. */
export function press<P>(drawing: Drawing<P>, stroke: Stroke): Drawing<P> {
  const { picture, strokes } = drawing.sheet;
  return { ...begin(drawing, { picture, strokes: [...strokes, stroke] }), isDown: true };
}

const isSame = (a: Place | undefined, b: Place) => a?.x === b.x && a.y === b.y;

/** Move the pen: the stroke goes on through `places`. Nothing happens while the pen is up. */
export function extend<P>(drawing: Drawing<P>, places: readonly Place[]): Drawing<P> {
  const { picture, strokes } = drawing.sheet;
  const last = strokes.at(-1);
  if (!drawing.isDown || !last) return drawing;
  const moved = places.filter((place, i) => !isSame(places[i - 1] ?? last.places.at(-1), place));
  if (moved.length === 0) return drawing;
  const stroke = { ...last, places: [...last.places, ...moved] };
  return { ...drawing, sheet: { picture, strokes: [...strokes.slice(0, -1), stroke] } };
}

/** Lift the pen: the stroke stays as it is. */
export const lift = <P>(drawing: Drawing<P>): Drawing<P> => ({ ...drawing, isDown: false });

/** Take the last step back. A stroke that still grows ends with it. */
export function undo<P>(drawing: Drawing<P>): Drawing<P> {
  const sheet = drawing.past.at(-1);
  if (!sheet) return drawing;
  const future = [drawing.sheet, ...drawing.future];
  return { sheet, past: drawing.past.slice(0, -1), future, isDown: false };
}

/** Do again what was taken back last. */
export function redo<P>(drawing: Drawing<P>): Drawing<P> {
  const [sheet, ...future] = drawing.future;
  if (!sheet) return drawing;
  return { sheet, past: [...drawing.past, drawing.sheet], future, isDown: false };
}

/** Drop the stroke that still grows, as if the pen had not been put down. */
export function cancel<P>(drawing: Drawing<P>): Drawing<P> {
  if (!drawing.isDown) return drawing;
  return { ...undo(drawing), future: [] };
}
