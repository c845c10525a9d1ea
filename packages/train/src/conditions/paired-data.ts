import type { Key, ModelSource, Pixels } from '@ganvas/core';
import type { LoadOptions } from '../families/family.js';

/** One batch: `source` float32 `[N, h, w, sourceChannels]`, `target` float32 `[N, H, W, C]` in [-1, 1]. */
interface PairedBatch {
  readonly source: Float32Array;
  readonly target: Float32Array;
}

/** Sources and targets for a translator. */
export interface PairedData {
  readonly source: ModelSource;
  /** Channels of the targets. */
  readonly channels: 1 | 3;
  /** How many times larger targets are than sources. */
  readonly scale: 1 | 2 | 4;
  /** Bytes in memory. */
  readonly bytes: number;
  /** Make the endless sequence of batches: batch `index` can be asked for without those before it. */
  createBatches(options: { batchSize: number; key: Key }): (index: number) => PairedBatch;
  /** Pictures that are not learned from, for the contact sheet: as fed, as looked at, and the truth. */
  readonly sheet: {
    readonly source: Float32Array;
    readonly painted: Pixels;
    readonly truth: Pixels;
  };
}

/**
 * Load what a translator learns from.
 *
 * @param data a data source: `openmoji`, `pairs:<folder>`
 * @param options.width of the targets, in pixels
 * @param options.sheetCount pictures of the sheet
 */
export type LoadPaired = (
  data: string,
  options: LoadOptions & {
    readonly width: number;
    readonly height: number;
    readonly sheetCount: number;
    readonly seed: number;
  },
) => Promise<PairedData>;
