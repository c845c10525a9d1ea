import * as tf from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-node';
import type { ConvolutionForm } from '../backend.js';
import { compile } from '../compile.js';
import { traceBackend } from '../kernels/index.js';
import type { Tensors } from '../trace.js';
import type { Case, Dtype, Op } from './case.js';

/** What an op returned: one entry for each of its tensors. */
export interface Result {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly numbers: readonly number[];
}

const numberFor: Record<Dtype, (x: number) => number> = {
  float32: (x) => x,
  int32: (x) => Math.round(3 * x),
  bool: (x) => Number(x > 0),
};

/** An input of a case with its numbers. */
interface Input {
  readonly shape: readonly number[];
  readonly dtype: Dtype;
  readonly numbers: readonly number[];
}

function inputsOf({ shapes, dtypes, values, positive }: Case): Input[] {
  return shapes.map((shape, i) => {
    const dtype = dtypes?.[i] ?? 'float32';
    const count = shape.reduce((a, b) => a * b, 1);
    const made = Array.from({ length: count }, (_, each) => {
      const x = Math.sin((each + 1) * 12.9898 + i * 78.233) * 1.7 + 0.01;
      return numberFor[dtype](positive ? Math.abs(x) + 0.2 : x);
    });
    return { shape, dtype, numbers: values?.[i] ?? made };
  });
}

const toResults = (returned: tf.Tensor | tf.Tensor[]): Result[] =>
  [returned].flat().map((tensor) => ({
    shape: tensor.shape,
    dtype: tensor.dtype,
    numbers: Array.from(tf.cast(tensor, 'float32').dataSync()),
  }));

/** The op of a case in eager tfjs on the cpu backend, and the kernels that were called. */
export async function runEager(
  each: Case,
  op: Op = each.op,
): Promise<{ results: Result[]; kernels: string[] }> {
  await tf.setBackend('cpu');
  const call = (): Result[] => {
    tf.engine().startScope();
    try {
      const tensors = inputsOf(each).map(({ numbers, shape, dtype }) =>
        tf.tensor([...numbers], [...shape], dtype),
      );
      return toResults(op(...tensors));
    } finally {
      tf.engine().endScope();
    }
  };
  // What throws while it is profiled leaves the engine profiling.
  const results = call();
  const { kernelNames } = await tf.profile(() => {
    call();
  });
  return { results, kernels: kernelNames };
}

/** The same tensor, its value held in NCHW order. */
function heldChannelsFirst(tensor: tf.Tensor): tf.Tensor {
  const backend = traceBackend();
  const value = backend.channelsFirstValue(tensor);
  const held = backend.tensor(value, { shape: tensor.shape, channelsFirst: true });
  return tf.engine().makeTensorFromTensorInfo(held);
}

/** How cases are traced: the form of convolutions, and whether pictures are held in NCHW order. */
export interface Arrangement {
  readonly form: ConvolutionForm;
  readonly channelsFirst: boolean;
}

const inputName = (index: number, input: number): string => `x${index}_${input}`;

/** Results of all cases by `y<case>_<tensor>`, and the dtype that tfjs takes each to have. */
function traceCases(
  list: readonly Case[],
  fed: Tensors,
  { channelsFirst, dtypes }: { channelsFirst: boolean; dtypes: Map<string, string> },
): Record<string, tf.Tensor> {
  const outputs = list.flatMap((each, index) => {
    const tensors = inputsOf(each).map(({ dtype }, i) => {
      const tensor = fed[inputName(index, i)] as tf.Tensor;
      const typed = dtype === 'bool' ? tf.cast(tensor, 'bool') : tensor;
      return channelsFirst && typed.rank === 4 ? heldChannelsFirst(typed) : typed;
    });
    return [each.op(...tensors)].flat().map((tensor, i) => {
      const name = `y${index}_${i}`;
      dtypes.set(name, tensor.dtype);
      return [name, tf.cast(tensor, 'float32')] as const;
    });
  });
  return Object.fromEntries(outputs);
}

/** All cases traced into one model and run by onnxruntime. */
export async function runTraced(
  list: readonly Case[],
  { form, channelsFirst }: Arrangement,
): Promise<Result[][]> {
  await tf.setBackend('cpu');
  const inputs = list.flatMap((each, index) =>
    inputsOf(each).map((input, i) => ({ ...input, name: inputName(index, i) })),
  );
  const typeOf = (dtype: Dtype): 'float32' | 'int32' => (dtype === 'float32' ? dtype : 'int32');
  const dtypes = new Map<string, string>();
  const { model } = compile((fed) => traceCases(list, fed, { channelsFirst, dtypes }), {
    name: 'cases',
    form,
    inputs: Object.fromEntries(
      inputs.map(({ name, shape, dtype }) => [name, { shape, dtype: typeOf(dtype) }]),
    ),
  });
  const session = await ort.InferenceSession.create(model.bytes, { logSeverityLevel: 3 });
  const used = new Set(session.inputNames);
  const feeds = inputs.map(({ name, shape, dtype, numbers }) => {
    const type = typeOf(dtype);
    const data = type === 'float32' ? Float32Array.from(numbers) : Int32Array.from(numbers);
    return [name, new ort.Tensor(type, data, shape)] as const;
  });
  const results = await session.run(Object.fromEntries(feeds.filter(([name]) => used.has(name))));
  await session.release();
  return list.map((_, index) =>
    [...dtypes.keys()]
      .filter((name) => name.startsWith(`y${index}_`))
      .map((name) => {
        const { dims, data } = results[name] as ort.Tensor;
        const numbers = Array.from(data as Float32Array);
        return { shape: [...dims], dtype: dtypes.get(name) as string, numbers };
      }),
  );
}

/** The largest difference relative to 1 + |expected|; infinite where one is not a number and the other is. */
export const worstDifference = (actual: Result, expected: Result): number =>
  Math.max(
    0,
    ...actual.numbers.map((x, i) => {
      const y = expected.numbers[i] as number;
      if (Object.is(x, y) || x === y) return 0;
      const difference = Math.abs(x - y) / (1 + Math.abs(y));
      return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
    }),
  );
