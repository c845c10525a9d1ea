import type { Place, Stroke } from './drawing.js';

/** A size in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The part of a canvas's path that is used here. */
export type Path = Pick<CanvasPath, 'moveTo' | 'lineTo' | 'quadraticCurveTo'>;

// Canvases draw no line of length 0, and so no dot where a pen was put down and lifted.
const dotLength = 1e-3;

/** Width of a stroke's line in pixels. */
export const lineWidth = ({ size }: Stroke, { width, height }: Size): number =>
  size * Math.min(width, height);

const toPixels = ({ x, y }: Place, { width, height }: Size): Place => ({
  x: x * width,
  y: y * height,
});

const between = (a: Place, b: Place): Place => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });

/**
 * Trace a stroke over paper of `size` as one smooth line: from its first place to its last, through
 * the middles between those on the way, which bend it (quadratic Bézier curves).
 */
export function trace(path: Path, { places }: Stroke, size: Size): void {
  const [first, ...rest] = places.map((place) => toPixels(place, size));
  const last = rest.at(-1);
  if (!first) return;
  path.moveTo(first.x, first.y);
  for (const [i, place] of rest.slice(0, -1).entries()) {
    const middle = between(place, rest[i + 1] as Place);
    path.quadraticCurveTo(place.x, place.y, middle.x, middle.y);
  }
  if (last) path.lineTo(last.x, last.y);
  else path.lineTo(first.x + dotLength, first.y);
}

/** Squared distance of `p` from the line between `a` and `b`. */
function squaredDistance(p: Place, a: Place, b: Place): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const squaredLength = dx * dx + dy * dy;
  const along = squaredLength === 0 ? 0 : ((p.x - a.x) * dx + (p.y - a.y) * dy) / squaredLength;
  const t = Math.max(0, Math.min(1, along));
  return (p.x - a.x - t * dx) ** 2 + (p.y - a.y - t * dy) ** 2;
}

/**
 * Set the pixels under a stroke to one value, red, green, blue and alpha, without soft edges: a pixel is of one class or
 * another, a hole or not. At least the pixel under the pen is set, however thin the line.
 *
 * @param image uint8 RGBA `[height, width, 4]`
 */
export function stamp(
  image: Pick<ImageData, 'data' | 'width' | 'height'>,
  stroke: Stroke,
  rgba: readonly [number, number, number, number],
): void {
  const { data, width, height } = image;
  const radius = Math.max(Math.SQRT1_2, lineWidth(stroke, image) / 2);
  const points = stroke.places.map((place) => toPixels(place, image));
  for (const [i, b] of points.entries()) {
    const a = points[i - 1] ?? b;
    const right = Math.min(width, Math.ceil(Math.max(a.x, b.x) + radius));
    const bottom = Math.min(height, Math.ceil(Math.max(a.y, b.y) + radius));
    for (let y = Math.max(0, Math.floor(Math.min(a.y, b.y) - radius)); y < bottom; y++) {
      for (let x = Math.max(0, Math.floor(Math.min(a.x, b.x) - radius)); x < right; x++) {
        // From the middle of the pixel.
        const distance = squaredDistance({ x: x + 0.5, y: y + 0.5 }, a, b);
        if (distance <= radius * radius) data.set(rgba, (y * width + x) * 4);
      }
    }
  }
}

/** Where a picture of one size is put on paper of another: whole (`contain`), or covering it (`cover`). */
export function fit(picture: Size, paper: Size, how: 'contain' | 'cover') {
  const [across, down] = [paper.width / picture.width, paper.height / picture.height];
  const scale = how === 'contain' ? Math.min(across, down) : Math.max(across, down);
  const [width, height] = [picture.width * scale, picture.height * scale];
  return { x: (paper.width - width) / 2, y: (paper.height - height) / 2, width, height };
}
