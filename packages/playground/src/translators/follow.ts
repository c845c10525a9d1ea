import type { Translator, TranslatorFacts } from '@ganvas/client/local';
import { hasHoles } from '@ganvas/core';
import type { Job } from '../flow.js';
import { createLatest } from '../latest.js';
import { markStale, paint } from '../paint.js';
import { clearSpeed, showSpeed } from '../status.js';
import type { Sheet } from './drawing.js';
import { elements } from './elements.js';
import { type Backdrop, paintForModel } from './render.js';

/** A sheet to translate, and what translates it. */
interface SheetJob extends Job<TranslatorFacts, Translator> {
  readonly sheet: Sheet<Backdrop>;
}

const { picture, savePicture } = elements;

/** Show that the picture is of what was asked for before. */
export function clearPicture(): void {
  markStale(picture);
  savePicture.disabled = true;
}

/** Whether there is nothing to fill in: such a picture is its own translation, and models refuse it. */
const isWhole = ({ source }: TranslatorFacts, { data, width, height }: ImageData): boolean =>
  source.encoding === 'masked' &&
  !hasHoles({ data: new Uint8Array(data.buffer), count: 1, width, height, channels: 4 });

function show(shown: Parameters<typeof paint>[1]): void {
  paint(picture, shown);
  savePicture.disabled = false;
}

/**
 * Translate a sheet and show the picture. While one is translated only the newest waits, so a slow
 * device is never behind by more than one picture.
 */
export const follow = createLatest(async ({ drawer, model, sheet, signal }: SheetJob) => {
  if (signal.aborted) return;
  const context = paintForModel(sheet, model);
  const { width, height } = context.canvas;
  const source = context.getImageData(0, 0, width, height);
  if (isWhole(model, source)) {
    show({ width, height, draw: (onto) => onto.putImageData(source, 0, 0) });
    clearSpeed();
    return;
  }
  const start = performance.now();
  try {
    const translated = await drawer.translate(source, { signal });
    if (signal.aborted) return;
    show(translated);
    showSpeed(performance.now() - start, 1, 'frame');
  } catch (error) {
    // The picture is not of this sheet.
    if (!signal.aborted) clearPicture();
    throw error;
  }
});
