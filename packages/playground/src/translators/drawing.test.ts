import { describe, expect, it } from 'vitest';
import {
  begin,
  cancel,
  type Drawing,
  emptySheet,
  extend,
  lift,
  maxPictures,
  maxSteps,
  openDrawing,
  press,
  redo,
  type Stroke,
  undo,
} from './drawing.js';

const start = { x: 0.1, y: 0.2 };
const next = { x: 0.3, y: 0.4 };
const stroke: Stroke = { tool: 'brush', size: 0.05, color: [0, 0, 0], places: [start] };

const empty = (): Drawing<string> => openDrawing<string>(emptySheet);
/** Draw dots at these places from left to right. */
const dots = (...xs: number[]) =>
  xs.reduce((drawing, x) => {
    return lift(press(drawing, { ...stroke, places: [{ x, y: 0 }] }));
  }, empty());
const xsOf = ({ sheet }: Drawing<string>) => sheet.strokes.map(({ places }) => places[0]?.x);

describe('press, extend and lift', () => {
  it('make one stroke, which is one step', () => {
    const drawn = lift(extend(extend(press(empty(), stroke), [next]), [start]));
    expect(drawn.sheet.strokes).toEqual([{ ...stroke, places: [start, next, start] }]);
    expect(undo(drawn).sheet).toEqual(emptySheet);
  });

  it('leave out places where the pen already is', () => {
    const drawn = extend(press(empty(), stroke), [start, next, next]);
    expect(drawn.sheet.strokes[0]?.places).toEqual([start, next]);
    expect(extend(drawn, [next])).toBe(drawn);
  });

  it('add nothing to a stroke that has ended', () => {
    const drawn = lift(press(empty(), stroke));
    expect(extend(drawn, [next])).toBe(drawn);
    expect(extend(empty(), [next]).sheet).toEqual(emptySheet);
  });

  it('leave the drawings before them as they were', () => {
    const before = press(empty(), stroke);
    extend(before, [next]);
    expect(before.sheet.strokes[0]?.places).toEqual([start]);
  });
});

describe('undo and redo', () => {
  it('go back and forth, as far as there is something', () => {
    const drawn = dots(1, 2, 3);
    expect(xsOf(undo(undo(drawn)))).toEqual([1]);
    expect(xsOf(redo(undo(undo(drawn))))).toEqual([1, 2]);
    expect(xsOf(redo(redo(redo(undo(undo(drawn))))))).toEqual([1, 2, 3]);
    expect(undo(empty())).toEqual(empty());
    expect(redo(drawn)).toBe(drawn);
  });

  it('forget what was taken back once something else is drawn', () => {
    const other = press(undo(dots(1, 2)), { ...stroke, places: [{ x: 9, y: 0 }] });
    expect(xsOf(redo(other))).toEqual([1, 9]);
  });

  it('end a stroke that still grows', () => {
    const taken = undo(press(dots(1), stroke));
    expect(xsOf(extend(taken, [next]))).toEqual([1]);
    expect(extend(taken, [next]).sheet.strokes[0]?.places).toHaveLength(1);
  });

  it(`go back at most ${maxSteps} steps`, () => {
    let drawn = dots(...Array.from({ length: maxSteps + 10 }, (_, i) => i));
    for (let i = 0; i < maxSteps + 10; i++) drawn = undo(drawn);
    expect(drawn.sheet.strokes).toHaveLength(10);
  });
});

describe('cancel', () => {
  it('drops the stroke that grows, and nothing else', () => {
    const drawn = cancel(press(dots(1), stroke));
    expect(xsOf(drawn)).toEqual([1]);
    expect(redo(drawn)).toBe(drawn);
    expect(cancel(drawn)).toBe(drawn);
  });
});

describe('begin', () => {
  it('puts a picture in the place of what was there, as one step', () => {
    const drawn = begin(dots(1, 2), { picture: 'cat', strokes: [] });
    expect(drawn.sheet).toEqual({ picture: 'cat', strokes: [] });
    expect(xsOf(undo(drawn))).toEqual([1, 2]);
  });

  it(`keeps at most ${maxPictures} pictures to go back to`, () => {
    let drawn = empty();
    for (let i = 0; i < maxPictures + 5; i++) {
      drawn = begin(drawn, { picture: String(i), strokes: [] });
      drawn = lift(press(drawn, stroke));
    }
    const kept = new Set(drawn.past.map(({ picture }) => picture));
    expect([...kept]).toEqual(Array.from({ length: maxPictures }, (_, i) => String(i + 5)));
    // Each of them without and with the stroke, but for the sheet that is shown.
    expect(drawn.past).toHaveLength(2 * maxPictures - 1);
  });

  it('is no step from empty to empty', () => {
    expect(begin(empty(), emptySheet).past).toEqual([]);
  });
});
