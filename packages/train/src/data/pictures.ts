import { totalmem } from 'node:os';
import { InputError } from '@ganvas/core';
import type { Split } from './dataset.js';

/** Pictures in memory. */
export interface Pictures {
  readonly names: readonly string[];
  readonly count: number;
  readonly width: number;
  readonly height: number;
  /** Loaders give 3, those of grey pictures being equal; 1 is for class numbers. */
  readonly channels: number;
  /** uint8 `[count, height, width, channels]`, sRGB. */
  readonly data: Uint8Array;
}

/** Pictures that belong together: picture `i` of `input` is to become picture `i` of `target`. */
export interface Pairs {
  /** Where they come from, as it was asked for: `openmoji`, `pairs:<path>`. */
  readonly source: string;
  readonly input: Pictures;
  /** The same names in the same order, and the same size. */
  readonly target: Pictures;
}

/** Pictures of two kinds, of which none belongs to another. */
export interface Unpaired {
  readonly source: string;
  readonly a: Pictures;
  readonly b: Pictures;
  /**
   * Where it is known, what a right translation gives, to measure with and never to learn from: `a` holds the pictures
   * of `b` as they are in the domain a, and `b` those of `a` as they are in the domain b.
   */
  readonly truth?: { readonly a: Pictures; readonly b: Pictures };
}

/** What a loader of pictures is told. */
export interface LoadOptions {
  /** The part to load: to learn from, or to measure on. */
  readonly split: Split;
  /** The size in pixels that every picture is brought to. */
  readonly width: number;
  readonly height: number;
  /** Hears how many pictures are ready; it starts anew where they have to be chosen first. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Ends the loading: the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Make room for pictures, 3 channels each. Throws an InputError for more than the machine could hold. */
export function allocatePictures(
  names: readonly string[],
  { width, height }: { width: number; height: number },
): Pictures {
  const bytes = names.length * width * height * 3;
  if (bytes > totalmem()) {
    const [need, have] = [bytes, totalmem()].map((n) => (n / 2 ** 30).toFixed(1));
    throw new InputError(
      `data: ${names.length} pictures of ${width} x ${height} need ${need} GiB, and this machine has ${have}: choose a smaller size or fewer pictures`,
    );
  }
  return { names, count: names.length, width, height, channels: 3, data: new Uint8Array(bytes) };
}

/** Put the bytes of one picture in its place. */
export function setPicture(pictures: Pictures, index: number, bytes: Uint8Array): void {
  pictures.data.set(bytes, index * pictures.width * pictures.height * pictures.channels);
}
