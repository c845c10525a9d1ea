import type * as tf from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-node';
import type { DynamicInputs } from './compile-dynamic.js';
import {
  differenceOf,
  type Fed,
  type Feed,
  type Parity,
  type PictureSize,
  runEager,
  runModel,
  withRoundedWeights,
} from './parity.js';
import type { Tensors } from './trace.js';

/** How far a picture moves because weights are stored as fp16. */
export interface Rounding {
  /** Largest and mean absolute difference of the numbers of all outputs, in [-1, 1] for pictures. */
  readonly maxAbsDifference: number;
  readonly meanAbsDifference: number;
  /** The same in steps of 8-bit pictures, of which there are 255 from -1 to 1. */
  readonly maxSteps: number;
  readonly meanSteps: number;
}

/** How many of the comparisons are done. */
export interface Progress {
  readonly done: number;
  readonly total: number;
}

export interface ParityOptions {
  readonly inputs: DynamicInputs;
  readonly feed: Feed;
  /** The batches and sizes to compare at. */
  readonly runs: readonly (PictureSize & { readonly batch: number })[];
  /** The weights that the model has rounded to fp16, if it has. */
  readonly rounded?: ReadonlySet<tf.DataId> | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

export interface Measured {
  readonly parity: readonly Parity[];
  /** Where weights are rounded: at the first batch and size. */
  readonly rounding?: Rounding;
}

const stepsPerUnit = 255 / 2;

/** The function as it is, beside a model of it whose weights are rounded. */
async function measureRounding(
  session: ort.InferenceSession,
  fn: (inputs: Tensors) => Tensors,
  fed: Fed,
): Promise<Rounding> {
  const { max, mean } = differenceOf(runEager(fn, fed), await runModel(session, fed));
  return {
    maxAbsDifference: max,
    meanAbsDifference: mean,
    maxSteps: max * stepsPerUnit,
    meanSteps: mean * stepsPerUnit,
  };
}

/**
 * Run a model and its function on the same numbers, at each batch and size, and measure how far apart they
 * are. Where the model's weights are rounded, the function is computed with the same rounded weights.
 */
export async function measureParity(
  bytes: Uint8Array,
  fn: (inputs: Tensors) => Tensors,
  { inputs, feed, runs, rounded, onProgress }: ParityOptions,
): Promise<Measured> {
  const session = await ort.InferenceSession.create(bytes);
  const fedAt = ({ batch, height, width }: (typeof runs)[number]): Fed => ({
    inputs,
    numbers: feed(batch, { height, width }),
    sizes: { N: batch, H: height, W: width },
  });
  const eager = (fed: Fed) =>
    rounded ? withRoundedWeights(rounded, () => runEager(fn, fed)) : runEager(fn, fed);
  const total = runs.length + (rounded ? 1 : 0);
  const parity: Parity[] = [];
  const report = (extra = 0) => onProgress?.({ done: parity.length + extra, total });
  try {
    for (const run of runs) {
      const fed = fedAt(run);
      const { max } = differenceOf(eager(fed), await runModel(session, fed));
      parity.push({ ...run, maxAbsDifference: max });
      report();
    }
    if (!rounded) return { parity };
    const rounding = await measureRounding(session, fn, fedAt(runs[0] as (typeof runs)[number]));
    report(1);
    return { parity, rounding };
  } finally {
    await session.release();
  }
}
