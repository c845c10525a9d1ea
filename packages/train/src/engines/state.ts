import type { InputSpec, Model } from '@ganvas/export';
import * as ort from 'onnxruntime-node';
import type { Variables } from '../networks/network.js';
import type { NumberArray, Numbers, StateNumbers } from './engine.js';
import { createHold, moveNumbers } from './hold.js';

/** The state of an engine as onnxruntime tensors, which go from one run into the next. */
export interface OnnxState {
  /** By name, as the next run is fed them. */
  readonly tensors: Readonly<Record<string, ort.Tensor>>;
  /** Take the new values out of a run's results: `next` names the output that holds each. */
  take(results: Readonly<Record<string, ort.Tensor>>, next: Readonly<Record<string, string>>): void;
  /** A second buffer for a state whose new value cannot be written over the old one; they change places by `swap`. */
  spare(name: string): ort.Tensor;
  swap(name: string): void;
  read(): StateNumbers;
  write(numbers: StateNumbers): void;
  /** Other engines may share memory with the variables from now on. */
  release(): void;
}

const tensorOf = {
  float32: (data: NumberArray, shape: number[]) =>
    new ort.Tensor('float32', data as Float32Array, shape),
  int32: (data: NumberArray, shape: number[]) => new ort.Tensor('int32', data as Int32Array, shape),
  int64: (data: NumberArray, shape: number[]) =>
    new ort.Tensor('int64', BigInt64Array.from(data as Int32Array, BigInt), shape),
} satisfies Record<InputSpec['dtype'], unknown>;

/** Numbers as a tensor of `dtype`. */
export const toTensor = ({ data, shape }: Numbers, dtype: InputSpec['dtype']): ort.Tensor =>
  tensorOf[dtype](data, [...shape]);

const toNumberArray = (data: ort.Tensor['data']): NumberArray =>
  data instanceof Float32Array || data instanceof Int32Array
    ? data
    : Int32Array.from(data as Iterable<number | bigint>, Number);

export const toNumbers = (tensor: ort.Tensor): Numbers => ({
  data: toNumberArray(tensor.data),
  shape: tensor.dims,
});

const arrays = { float32: Float32Array, int32: Int32Array, int64: BigInt64Array, bool: Uint8Array };

/** A tensor for a run to write into. */
export function emptyTensor({
  dtype,
  shape,
}: Pick<Model['outputs'][number], 'dtype' | 'shape'>): ort.Tensor {
  const sizes = shape.map(Number);
  const size = sizes.reduce((a, b) => a * b, 1);
  return new ort.Tensor(dtype, new arrays[dtype](size) as Float32Array, sizes) as ort.Tensor;
}

/**
 * Make the state that variables hold now. It shares their memory, so that large networks are there once, and
 * their numbers may change with it; where another engine has a variable, it takes a copy.
 */
export function createOnnxState(variables: Variables): OnnxState {
  const tensors: Record<string, ort.Tensor> = {};
  const spares = new Map<string, ort.Tensor>();
  const hold = createHold();
  for (const [name, variable] of Object.entries(variables)) {
    const isShared = hold.take(variable);
    const data = isShared ? variable.dataSync().slice() : moveNumbers(variable);
    tensors[name] = new ort.Tensor(
      variable.dtype as 'float32',
      data as Float32Array,
      variable.shape,
    );
  }
  const spare = (name: string): ort.Tensor => {
    const { type, dims } = tensors[name] as ort.Tensor;
    const found =
      spares.get(name) ?? emptyTensor({ dtype: type as keyof typeof arrays, shape: dims });
    spares.set(name, found);
    return found;
  };
  return {
    tensors,
    take(results, next) {
      for (const [name, output] of Object.entries(next)) {
        tensors[name] = results[output] as ort.Tensor;
      }
    },
    spare,
    swap(name) {
      const next = spare(name);
      spares.set(name, tensors[name] as ort.Tensor);
      tensors[name] = next;
    },
    read: () =>
      Object.fromEntries(
        Object.entries(tensors).map(([name, tensor]) => {
          const { data, shape } = toNumbers(tensor);
          return [name, { data: data.slice(), shape }];
        }),
      ),
    write(numbers) {
      for (const [name, { data }] of Object.entries(numbers)) {
        ((tensors[name] as ort.Tensor).data as NumberArray).set(data);
      }
    },
    release: () => hold.release(),
  };
}
