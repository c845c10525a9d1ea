import * as tf from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-node';
import type { DynamicInput } from './dynamic-batch.js';
import type { Tensors } from './trace.js';

/** How far a model is from the function that it was traced from, at one batch size. */
export interface Parity {
  readonly batch: number;
  /** Largest absolute difference of any number of any output. */
  readonly maxAbsDifference: number;
}

/** The batch sizes that are tried: one, two, and one that is no multiple of anything. */
const batches = [1, 2, 7] as const;

/** Numbers to feed: by input name, for a batch size. */
export type Feed = (batch: number) => Readonly<Record<string, Float32Array | Int32Array>>;

/** The function on tfjs's `cpu` backend; pictures in NCHW order, as the model has them. */
function runEager(
  fn: (inputs: Tensors) => Tensors,
  inputs: Readonly<Record<string, DynamicInput>>,
  numbers: ReturnType<Feed>,
  batch: number,
): Record<string, ArrayLike<number>> {
  const previous = tf.getBackend();
  void tf.setBackend('cpu');
  const outputs: Record<string, ArrayLike<number>> = {};
  tf.tidy(() => {
    const fed = Object.entries(inputs).map(([name, { shape, dtype }]) => {
      const sizes = shape.map((size) => (size === 'N' ? batch : size));
      const type = dtype === 'int64' ? 'int32' : dtype;
      return [name, tf.tensor(numbers[name] as Float32Array, sizes, type)] as const;
    });
    for (const [name, tensor] of Object.entries(fn(Object.fromEntries(fed)))) {
      const held = tensor.rank === 4 ? tf.transpose(tensor, [0, 3, 1, 2]) : tensor;
      outputs[name] = held.dataSync();
    }
  });
  if (previous) void tf.setBackend(previous);
  return outputs;
}

const toFeed = (data: Float32Array | Int32Array, spec: DynamicInput, batch: number): ort.Tensor => {
  const sizes = spec.shape.map((size) => (size === 'N' ? batch : size));
  return spec.dtype === 'int64'
    ? new ort.Tensor('int64', BigInt64Array.from(data, BigInt), sizes)
    : new ort.Tensor('float32', data as Float32Array, sizes);
};

const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs((a[i] as number) - (b[i] as number));
    // NaN is no number's equal: it must not pass as zero.
    worst = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : Math.max(worst, difference);
  }
  return worst;
};

/** Run a model and its function on the same numbers and measure how far apart they are. */
export async function measureParity(
  bytes: Uint8Array,
  fn: (inputs: Tensors) => Tensors,
  options: { inputs: Readonly<Record<string, DynamicInput>>; feed: Feed },
): Promise<Parity[]> {
  const session = await ort.InferenceSession.create(bytes);
  const results: Parity[] = [];
  for (const batch of batches) {
    const numbers = options.feed(batch);
    const expected = runEager(fn, options.inputs, numbers, batch);
    const feeds = session.inputNames.map((name) => {
      const spec = options.inputs[name] as DynamicInput;
      return [name, toFeed(numbers[name] as Float32Array, spec, batch)] as const;
    });
    const actual = await session.run(Object.fromEntries(feeds));
    const differences = Object.entries(expected).map(([name, values]) =>
      largestDifference(values, actual[name]?.data as Float32Array),
    );
    results.push({ batch, maxAbsDifference: Math.max(...differences) });
  }
  await session.release();
  return results;
}
