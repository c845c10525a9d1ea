import type { Translator, TranslatorFacts } from '@ganvas/client/local';
import { createLatest } from '../latest.js';
import { markStale, paint } from '../paint.js';
import { showSpeed } from '../status.js';
import type { Sheet } from './drawing.js';
import { elements } from './elements.js';
import { type Backdrop, paintForModel } from './render.js';

/** A sheet to translate, and what translates it. */
interface Job {
  readonly translator: Translator;
  readonly model: TranslatorFacts;
  readonly sheet: Sheet<Backdrop>;
  readonly signal: AbortSignal;
}

const { picture, savePicture } = elements;

/** Show that the picture is of what was asked for before. */
export function clearPicture(): void {
  markStale(picture);
  savePicture.disabled = true;
}

/** Alpha below which core takes a pixel for a hole. */
const holeAlpha = 128;

/** Whether there is nothing to fill in: such a picture is its own translation, and models refuse it. */
const isWhole = ({ source }: TranslatorFacts, { data }: ImageData): boolean =>
  source.encoding === 'masked' && data.every((byte, i) => i % 4 !== 3 || byte >= holeAlpha);

/**
 * Translate a sheet and show the picture. While one is translated only the newest waits, so a slow
 * device is never behind by more than one picture.
 */
export const follow = createLatest(async ({ translator, model, sheet, signal }: Job) => {
  if (signal.aborted) return;
  const { width, height } = model.image;
  const source = paintForModel(sheet, model.source, model.image).getImageData(0, 0, width, height);
  if (isWhole(model, source)) {
    paint(picture, { width, height, draw: (context) => context.putImageData(source, 0, 0) });
    return;
  }
  const start = performance.now();
  const translated = await translator.translate(source, { signal });
  if (signal.aborted) return;
  paint(picture, translated);
  savePicture.disabled = false;
  showSpeed(performance.now() - start, 1, 'frame');
});
