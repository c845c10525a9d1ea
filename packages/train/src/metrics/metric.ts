import type { Pixels } from '@ganvas/core';

/** A measured value. */
export interface Measure {
  readonly value: number;
  /** How far it varies; each metric says over what. Absent where there is nothing to tell it from. */
  readonly deviation?: number;
}

/** The mean of values, and their deviation from it (divided by their number). */
export function meanAndDeviation(values: readonly number[]): Required<Measure> {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { value: mean, deviation: Math.sqrt(squares / values.length) };
}

/**
 * The pictures that stand beside each other in a comparison. `drawn` is what a model drew; `truth` what it was to
 * draw; `input` what it was given; `returned` the drawn picture translated back by the model of the other
 * direction.
 */
export type View = 'drawn' | 'truth' | 'input' | 'returned';

interface About {
  /** What it is, for people, with its unit. */
  readonly title: string;
  readonly unit?: string;
  readonly better: 'lower' | 'higher';
}

/** A metric of two pictures; of many pairs it is the mean, and its deviation is over the pairs. */
export interface PairMetric extends About {
  readonly kind: 'pair';
  readonly compares: readonly [View, View];
  /** Shortest side of a picture in pixels, default 1. */
  readonly minSide?: number;
  /** Compare two pictures, uint8 `[1, H, W, C]` of one shape. */
  measure(a: Pixels, b: Pixels): number;
}

/** Features of pictures: float32 `[count, size]`. */
export interface Features {
  readonly data: Float32Array;
  readonly count: number;
  readonly size: number;
}

/** A network that turns pictures of one size into features. */
export interface FeatureExtractor {
  /** @param pixels uint8 `[N, H, W, C]` with 1 or 3 channels, or 4 that are laid on white */
  extract(pixels: Pixels): Promise<Features>;
  dispose(): Promise<void>;
}

/** A metric of two sets of pictures, which need not be pairs nor equally many: how alike are their features? */
export interface SetMetric extends About {
  readonly kind: 'set';
  /** Fewest pictures of a set. */
  readonly minCount: number;
  /**
   * Open the network of its features; metrics with the same function share what it finds. Throws an InputError
   * with the command that would install what is missing.
   */
  readonly openFeatures: (size: { width: number; height: number }) => Promise<FeatureExtractor>;
  compare(drawn: Features, real: Features): Measure;
}

export type Metric = PairMetric | SetMetric;
