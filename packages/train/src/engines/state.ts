import type { InputSpec } from '@ganvas/export';
import * as ort from 'onnxruntime-node';
import type { Variables } from '../networks/network.js';
import type { NumberArray, Numbers, StateNumbers } from './engine.js';

/** The state of an engine as onnxruntime tensors, which go from one run into the next. */
export interface OnnxState {
  /** By name, as the next run is fed them. */
  readonly tensors: Readonly<Record<string, ort.Tensor>>;
  /** Take the new values out of a run's results: `next` names the output that holds each. */
  take(results: Readonly<Record<string, ort.Tensor>>, next: Readonly<Record<string, string>>): void;
  read(): StateNumbers;
  write(numbers: StateNumbers): void;
}

const tensorOf = {
  float32: (data: NumberArray, shape: number[]) =>
    new ort.Tensor('float32', data as Float32Array, shape),
  int32: (data: NumberArray, shape: number[]) => new ort.Tensor('int32', data as Int32Array, shape),
  int64: (data: NumberArray, shape: number[]) =>
    new ort.Tensor('int64', BigInt64Array.from(data as Int32Array, BigInt), shape),
} satisfies Record<InputSpec['dtype'], unknown>;

/** Numbers as a tensor of `dtype`, which is that of the array unless it is told. */
export const toTensor = (
  { data, shape }: Numbers,
  dtype: InputSpec['dtype'] = data instanceof Float32Array ? 'float32' : 'int32',
): ort.Tensor => tensorOf[dtype](data, [...shape]);

const toNumberArray = (data: ort.Tensor['data']): NumberArray =>
  data instanceof Float32Array || data instanceof Int32Array
    ? data
    : Int32Array.from(data as Iterable<number | bigint>, Number);

export const toNumbers = (tensor: ort.Tensor): Numbers => ({
  data: toNumberArray(tensor.data),
  shape: tensor.dims,
});

/** Make the state that variables hold now. */
export function createOnnxState(variables: Variables): OnnxState {
  let tensors: Record<string, ort.Tensor> = {};
  const write = (numbers: StateNumbers): void => {
    const copies = Object.entries(numbers).map(([name, { data, shape }]) => {
      return [name, toTensor({ data: data.slice(), shape })] as const;
    });
    tensors = Object.fromEntries(copies);
  };
  write(
    Object.fromEntries(
      Object.entries(variables).map(([name, variable]) => {
        return [name, { data: variable.dataSync<'float32'>(), shape: variable.shape }];
      }),
    ),
  );
  return {
    get tensors() {
      return tensors;
    },
    take(results, next) {
      for (const [name, output] of Object.entries(next)) {
        tensors[name] = results[output] as ort.Tensor;
      }
    },
    read: () =>
      Object.fromEntries(
        Object.entries(tensors).map(([name, tensor]) => {
          const { data, shape } = toNumbers(tensor);
          return [name, { data: data.slice(), shape }];
        }),
      ),
    write,
  };
}
