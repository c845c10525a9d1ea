import { type Model, type Result, toModel } from './model.js';
import { type Tensors, type TraceOptions, trace } from './trace.js';

/** A traced function as an `.onnx` file: its results, and the new values of its variables. */
export interface Compiled {
  readonly model: Model;
  /** Variables that the function assigned: the output that holds the new value, by variable name. */
  readonly next: Readonly<Record<string, string>>;
}

/**
 * Compile a function of tfjs ops into one ONNX model. Inputs and outputs have the names they are
 * given; state variables are inputs by theirs, their new values outputs `<name>:next`.
 */
export function compile(
  fn: (inputs: Tensors) => Tensors,
  options: TraceOptions & { name: string },
): Compiled {
  const { graph, outputs, assigned } = trace(fn, options);
  const result = (name: string, value: Result['value']): Result => {
    return { value, port: { name, dtype: value.dtype, shape: value.shape } };
  };
  const next = Object.fromEntries(Object.keys(assigned).map((name) => [name, `${name}:next`]));
  const results = [
    ...Object.entries(outputs).map(([name, value]) => result(name, value)),
    ...Object.entries(assigned).map(([name, value]) => result(next[name] as string, value)),
  ];
  return { model: toModel(graph, results, { name: options.name }), next };
}
