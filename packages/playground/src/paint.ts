import type { Picture } from '@ganvas/client/local';

// Pixels of small pictures stay squares: smoothing them would show what the model did not draw.
const smallest = 128;

/** Show a picture on a canvas of its own, one to one; the style sheet makes it larger. */
export function paint(
  canvas: HTMLCanvasElement,
  picture: Pick<Picture, 'width' | 'height' | 'draw'>,
): void {
  canvas.width = picture.width;
  canvas.height = picture.height;
  canvas.classList.toggle('pixelated', picture.width < smallest);
  canvas.classList.remove('stale');
  const context = canvas.getContext('2d');
  if (context) picture.draw(context);
}

/** Show that a canvas has what was asked for before, until it is painted anew. */
export function markStale(canvas: HTMLCanvasElement): void {
  canvas.classList.add('stale');
}

/** Lay pictures out in rows on a new canvas. */
export function paintGrid(pictures: readonly Picture[], columns: number): HTMLCanvasElement {
  const { width = 1, height = 1 } = pictures[0] ?? {};
  const canvas = document.createElement('canvas');
  canvas.width = columns * width;
  canvas.height = Math.ceil(pictures.length / columns) * height;
  const context = canvas.getContext('2d');
  for (const [i, picture] of pictures.entries()) {
    if (context) picture.draw(context, (i % columns) * width, Math.floor(i / columns) * height);
  }
  return canvas;
}

/** Offer what a canvas shows as a PNG file. */
export function save(canvas: HTMLCanvasElement, name: string): void {
  canvas.toBlob((blob) => {
    if (!blob) return;
    const href = URL.createObjectURL(blob);
    Object.assign(document.createElement('a'), { href, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(href), 60_000);
  });
}
