import type { Device, Pixels, Refusal, TranslateProgress } from '@ganvas/core';
import { createDisposal, orAborted } from './disposal.js';
import { toPicture } from './picture.js';
import type { PictureSource, Translator, TranslatorFacts } from './translator.js';

/** A picture as an engine gives it, and its file if there is one. */
export interface Translated {
  readonly pixels: Pixels;
  readonly png?: Blob | undefined;
}

interface Asked {
  readonly signal: AbortSignal;
  readonly onProgress: ((progress: TranslateProgress) => void) | undefined;
}

/** What differs between translators: how a picture is translated, and what is left to clean up. */
export interface TranslatorEngine {
  readonly model: TranslatorFacts;
  readonly device: Device | undefined;
  readonly refusals: readonly Refusal[];
  translate(source: PictureSource, asked: Asked): Promise<Translated>;
  close(): Promise<void>;
}

/** The one flow of every translator: translate, stop when told to. */
export function createTranslator(engine: TranslatorEngine): Translator {
  const { untilDisposed, dispose } = createDisposal('translator', engine.close);
  return {
    model: engine.model,
    get device() {
      return engine.device;
    },
    get refusals() {
      return engine.refusals;
    },
    async translate(source, { signal: asked, onProgress } = {}) {
      const signal = untilDisposed(asked);
      signal.throwIfAborted();
      const { pixels, png } = await orAborted(
        engine.translate(source, { signal, onProgress }),
        signal,
      );
      return toPicture(pixels, { tags: {}, png });
    },
    dispose,
  };
}
