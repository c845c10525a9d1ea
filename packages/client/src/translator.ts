import type {
  Device,
  Manifest,
  ModelSource,
  Pixels,
  Refusal,
  TranslateProgress,
} from '@ganvas/core';
import type { TranslatedPicture } from './picture.js';

/** What a translator says of its model: the part of the manifest that a page needs. */
export type TranslatorFacts = Pick<Manifest, 'name' | 'version' | 'image'> & {
  /** What it takes. */
  readonly source: ModelSource;
};

/** A picture as a page has it. */
export type PictureSource = Pixels | ImageData | ImageBitmap | Blob;

export interface TranslateOptions {
  /** Ends the request early: it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each piece of a large picture; a server does all of it in one. */
  readonly onProgress?: ((progress: TranslateProgress) => void) | undefined;
}

/** Makes pictures of pictures, on this device or behind HTTP. The same picture gives the same. */
export interface Translator {
  readonly model: TranslatorFacts;
  /** Where pictures are made, as the last answer of a server said; undefined while it does not say. */
  readonly device: Device | undefined;
  /** The devices that were tried before it, each with the reason why it is not used. */
  readonly refusals: readonly Refusal[];
  /**
   * Translate a picture of any size: the result is `image.scale` times as large. `Pixels` are one picture, uint8
   * `[1, H, W, 1 | 3 | 4]`; a file is taken upright, in sRGB, the first frame of several.
   */
  translate(source: PictureSource, options?: TranslateOptions): Promise<TranslatedPicture>;
  /** Free what the translator holds. Requests in progress reject, later ones too. */
  dispose(): Promise<void>;
}
