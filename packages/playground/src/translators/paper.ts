import type { Sheet } from './drawing.js';
import { elements } from './elements.js';
import { type Backdrop, isOfLines, paintOnNew, paintSheet, type Source } from './render.js';
import type { Size } from './strokes.js';

// Beyond it a finer line is not seen, and painting takes longer.
const maxWidth = 1600;

/** What lies on the paper that is shown. */
interface Shown {
  readonly sheet: Sheet<Backdrop>;
  readonly source: Source;
  /** The size that the model learned to take. */
  readonly size: Size;
}

const { sketch } = elements;
let shown: Shown | undefined;
let isAsked = false;

/** Lines are as fine as the screen; pixels are those that the model is given. */
function scaleOf({ source, size }: Shown): number {
  if (!isOfLines(source)) return 1;
  const width = Math.min(maxWidth, Math.round(sketch.clientWidth * devicePixelRatio));
  return Math.max(1, width / size.width);
}

function repaint(): void {
  isAsked = false;
  const context = sketch.getContext('2d');
  if (!shown || !context) return;
  const { sheet, source, size } = shown;
  const scale = scaleOf(shown);
  const [width, height] = [Math.round(size.width * scale), Math.round(size.height * scale)];
  // Another size clears a canvas, and costs the memory of one.
  if (sketch.width !== width) sketch.width = width;
  if (sketch.height !== height) sketch.height = height;
  sketch.classList.toggle('pixelated', scale === 1);
  if (isOfLines(source)) {
    paintSheet(context, sheet, source);
  } else {
    // Holes let the page shine through.
    context.clearRect(0, 0, width, height);
    context.drawImage(paintOnNew(sheet, source, size).canvas, 0, 0);
  }
}

function ask(): void {
  if (isAsked) return;
  isAsked = true;
  requestAnimationFrame(repaint);
}

/** Show a sheet at the next frame of the screen, and anew at each change of the paper's size. */
export function showSheet(next: Shown): void {
  shown = next;
  ask();
}

new ResizeObserver(ask).observe(sketch);
