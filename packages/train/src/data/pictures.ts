import type { Split } from './dataset.js';

/** Pictures in memory. */
export interface Pictures {
  readonly names: readonly string[];
  readonly count: number;
  readonly width: number;
  readonly height: number;
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

/** What every loader of pictures is told. */
export interface LoadOptions {
  /** The part to load: to learn from, or to measure on. */
  split: Split;
  /** The size in pixels that every picture is brought to. */
  width: number;
  height: number;
  /** Called as pictures are made ready. */
  onProgress?: (progress: { done: number; total: number }) => void;
  /** Ends the loading: the promise is rejected with the signal's reason. */
  signal?: AbortSignal;
}
