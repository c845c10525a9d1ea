import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-node';
import { type DynamicInput, type DynamicInputs, isPicture, sizesOf } from './compile-dynamic.js';
import { leastNarrowed, roundToHalf } from './half.js';
import type { Sizes } from './probes.js';
import type { Tensors } from './trace.js';

/** The sides of a picture in pixels. */
export interface PictureSize {
  readonly height: number;
  readonly width: number;
}

/** How far a model is from the function that it was traced from, at one batch size and size. */
export interface Parity extends PictureSize {
  readonly batch: number;
  /** Largest absolute difference of any number of any output. */
  readonly maxAbsDifference: number;
}

/**
 * Numbers to feed: by input name, for a batch size and pictures of this size; pictures in NHWC order, as the
 * function has them.
 */
export type Feed = (
  batch: number,
  size: PictureSize,
) => Readonly<Record<string, Float32Array | Int32Array>>;

/** What a model and its function are fed. */
export interface Fed {
  readonly inputs: DynamicInputs;
  readonly numbers: ReturnType<Feed>;
  readonly sizes: Sizes;
}

/** Numbers by the names of outputs; pictures in NCHW order, as the model has them. */
type Outputs = Readonly<Record<string, ArrayLike<number>>>;

/** The function on tfjs's `cpu` backend. */
export function runEager(
  fn: (inputs: Tensors) => Tensors,
  { inputs, numbers, sizes }: Fed,
): Outputs {
  const previous = tf.getBackend();
  void tf.setBackend('cpu');
  const outputs: Record<string, ArrayLike<number>> = {};
  tf.tidy(() => {
    const fed = Object.entries(inputs).map(([name, input]) => {
      const type = input.dtype === 'int64' ? 'int32' : input.dtype;
      const tensor = tf.tensor(numbers[name] as Float32Array, sizesOf(input, sizes), type);
      return [name, tensor] as const;
    });
    for (const [name, tensor] of Object.entries(fn(Object.fromEntries(fed)))) {
      const held = tensor.rank === 4 ? tf.transpose(tensor, [0, 3, 1, 2]) : tensor;
      outputs[name] = held.dataSync();
    }
  });
  if (previous) void tf.setBackend(previous);
  return outputs;
}

/**
 * Run `body` with the larger of these tensors as the numbers of 16 bits that a file stores them in. tfjs has no
 * way to give another's tensor other numbers, so it is done where its `cpu` backend holds them.
 */
export function withRoundedWeights<T>(weights: ReadonlySet<tf.DataId>, body: () => T): T {
  const cpu = tf.engine().findBackend('cpu') as MathBackendCPU;
  const before = [...weights].map((dataId) => {
    const held = cpu.data.get(dataId);
    return { held, values: held.values };
  });
  try {
    for (const { held, values } of before) {
      if (!(values instanceof Float32Array) || values.length < leastNarrowed) continue;
      held.values = roundToHalf(values, () => 'a weight');
    }
    return body();
  } finally {
    for (const { held, values } of before) {
      if (values) held.values = values;
    }
  }
}

/** Numbers `[N, H, W, C]` as `[N, C, H, W]`. */
function toChannelsFirst(numbers: Float32Array, [n, h, w, c]: readonly number[]): Float32Array {
  const [channels, pixels] = [c as number, (h as number) * (w as number)];
  const turned = new Float32Array(numbers.length);
  for (let i = 0; i < (n as number) * pixels; i++) {
    const start = Math.floor(i / pixels) * channels * pixels + (i % pixels);
    for (let k = 0; k < channels; k++) {
      turned[start + k * pixels] = numbers[i * channels + k] as number;
    }
  }
  return turned;
}

function toFeed(data: Float32Array | Int32Array, input: DynamicInput, sizes: Sizes): ort.Tensor {
  const shape = sizesOf(input, sizes);
  if (input.dtype === 'int64') {
    return new ort.Tensor('int64', BigInt64Array.from(data, BigInt), shape);
  }
  if (!isPicture(input)) return new ort.Tensor('float32', data as Float32Array, shape);
  const [n, h, w, c] = shape as [number, number, number, number];
  return new ort.Tensor('float32', toChannelsFirst(data as Float32Array, shape), [n, c, h, w]);
}

/** The model on onnxruntime. */
export async function runModel(
  session: ort.InferenceSession,
  { inputs, numbers, sizes }: Fed,
): Promise<Outputs> {
  const feeds = session.inputNames.map((name) => {
    const input = inputs[name] as DynamicInput;
    return [name, toFeed(numbers[name] as Float32Array, input, sizes)] as const;
  });
  const results = await session.run(Object.fromEntries(feeds));
  return Object.fromEntries(
    Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]),
  );
}

/** How far numbers are apart. */
export interface Difference {
  readonly max: number;
  readonly mean: number;
}

/** NaN is no number's equal: it must not pass as zero. */
const gap = (a: number, b: number): number => {
  const difference = Math.abs(a - b);
  return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
};

/** How far the outputs of two runs are apart, all numbers of all outputs taken together. */
export function differenceOf(expected: Outputs, actual: Outputs): Difference {
  let [max, sum, count] = [0, 0, 0];
  for (const [name, values] of Object.entries(expected)) {
    const others = actual[name] ?? [];
    if (others.length !== values.length)
      return { max: Number.POSITIVE_INFINITY, mean: Number.POSITIVE_INFINITY };
    for (let i = 0; i < values.length; i++) {
      const difference = gap(values[i] as number, others[i] as number);
      max = Math.max(max, difference);
      sum += difference;
    }
    count += values.length;
  }
  return { max, mean: sum / Math.max(1, count) };
}
