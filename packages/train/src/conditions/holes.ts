import { foldIn, integerAt, type Key, uniformAt } from '@ganvas/core';

interface Size {
  readonly height: number;
  readonly width: number;
}

/** Numbers of one stream, one after the other. */
function createDraws(key: Key) {
  let drawn = 0;
  return {
    /** A whole number from `from` to `to`. */
    integer: (from: number, to: number) => from + integerAt(key, drawn++, to - from + 1),
    uniform: () => uniformAt(key, drawn++),
  };
}
type Draws = ReturnType<typeof createDraws>;

/** Mark what lies within `radius` of a point: with 0, the pixel alone. */
function dab(holes: Uint8Array, { height, width }: Size, at: readonly [number, number, number]) {
  const [y, x, radius] = at;
  const [top, bottom] = [Math.max(0, Math.ceil(y - radius)), Math.min(height - 1, y + radius)];
  const [left, right] = [Math.max(0, Math.ceil(x - radius)), Math.min(width - 1, x + radius)];
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const isNear = (row - y) ** 2 + (column - x) ** 2 <= radius ** 2;
      if (isNear) holes[row * width + column] = 1;
    }
  }
}

/** Mark a rectangle with sides from a sixth to a half of the picture's. */
function drawRectangle(holes: Uint8Array, { height, width }: Size, draws: Draws): void {
  const side = (length: number) => draws.integer(Math.ceil(length / 6), Math.ceil(length / 2));
  const [rows, columns] = [side(height), side(width)];
  const [top, left] = [draws.integer(0, height - rows), draws.integer(0, width - columns)];
  for (let row = top; row < top + rows; row++) {
    holes.fill(1, row * width + left, row * width + left + columns);
  }
}

/** Mark a stroke of a round brush that turns as it goes. */
function drawStroke(holes: Uint8Array, size: Size, draws: Draws): void {
  const short = Math.min(size.height, size.width);
  const radius = Math.max(1, (draws.uniform() * short) / 12);
  let y = draws.uniform() * size.height;
  let x = draws.uniform() * size.width;
  let angle = draws.uniform() * 2 * Math.PI;
  const length = draws.integer(Math.ceil(short / 4), short);
  for (let step = 0; step < length; step++) {
    dab(holes, size, [y, x, radius]);
    angle += (draws.uniform() - 0.5) * 0.8;
    y += Math.sin(angle);
    x += Math.cos(angle);
  }
}

/**
 * Draw what is missing of a picture: one or two rectangles, or up to four strokes as somebody would rub out with a
 * brush. It depends on the key alone; there is always a hole, and always something left.
 *
 * @returns uint8 `[height, width]`, 1 in holes
 */
export function drawHoles(key: Key, size: Size): Uint8Array {
  for (let attempt = 0; ; attempt++) {
    const draws = createDraws(foldIn(key, attempt));
    const holes = new Uint8Array(size.height * size.width);
    const isBlocky = draws.uniform() < 0.5;
    const count = draws.integer(1, isBlocky ? 2 : 4);
    for (let i = 0; i < count; i++) (isBlocky ? drawRectangle : drawStroke)(holes, size, draws);
    const missing = holes.reduce((sum, hole) => sum + hole, 0);
    if (missing > 0 && missing < holes.length) return holes;
  }
}
