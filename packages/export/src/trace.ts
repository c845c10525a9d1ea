// tfjs-core registers no gradients, and several of tfjs-layers' are wrong when differentiated again.
import '@ganvas/gradients';
import * as tf from '@tensorflow/tfjs-core';
import { assertSignature, assertTensors } from './assert-traceable.js';
import { type ConvolutionForm, type TraceBackend, toElementType, toHeldShape } from './backend.js';
import { registerCustomKernels } from './custom-kernels.js';
import type { Graph, Value } from './graph.js';
import { backendName, traceBackend } from './kernels/index.js';
import { withWholeStacks } from './place.js';
import { drawReason, notingDraws } from './random-draws.js';
import { refusalOf, refusalReport } from './refusals.js';
import { traceFailure } from './trace-failure.js';
import { type Changes, restoringVariables } from './variables.js';

/** An input of a traced function. `int64` reaches the function as tfjs's int32. */
export interface InputSpec {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'int64';
  /** The graph takes it in NCHW order; `shape` is the function's own, NHWC. */
  readonly channelsFirst?: boolean;
}

/** A traced function: the graph, what it returned, and what it assigned to its variables. */
export interface Traced {
  readonly graph: Graph;
  readonly outputs: Readonly<Record<string, Value>>;
  /** By state name; only the variables that were assigned. */
  readonly assigned: Readonly<Record<string, Value>>;
  /**
   * Variables that were assigned and are not in the state, in the order of their first assignment: their
   * new values are lost unless the function is traced again with them in the state.
   */
  readonly missing: readonly tf.Variable[];
  /** The tensors made outside of the function, of float32, whose numbers the graph has. */
  readonly weights: ReadonlySet<tf.DataId>;
}

/** What is traced for inference alone. */
export interface Inference {
  /** Round the larger weights to numbers of 16 bits (half.ts). */
  readonly weights?: 'fp16' | undefined;
}

/** Named tensors, as a traced function takes and returns them. */
export type Tensors = Readonly<Record<string, tf.Tensor>>;

export interface TraceOptions {
  readonly inputs: Readonly<Record<string, InputSpec>>;
  /** Variables that are fed and returned, by the name of their input; all others are constants. */
  readonly state?: Readonly<Record<string, tf.Variable>>;
  readonly form: ConvolutionForm;
  /** Trace for a file that infers: rank-4 outputs in NCHW order, norms as one node. */
  readonly inference?: Inference;
}

/** A tensor that stands for a value of the graph. */
const symbolic = (value: Value, options: Parameters<TraceBackend['tensor']>[1] = {}): tf.Tensor =>
  tf.engine().makeTensorFromTensorInfo(traceBackend().tensor(value, options));

/** Give every variable of the state an input of the graph for its value. */
function feedState(state: Readonly<Record<string, tf.Variable>>, graph: Graph): void {
  for (const [name, variable] of Object.entries(state)) {
    const value = graph.input(name, variable.shape, toElementType(variable.dtype));
    const placeholder = symbolic(value);
    variable.assign(placeholder);
    placeholder.dispose();
  }
}

function feedInputs(inputs: TraceOptions['inputs'], graph: Graph): Tensors {
  const fed = Object.entries(inputs).map(([name, { shape, dtype, channelsFirst = false }]) => {
    const input = graph.input(name, toHeldShape(shape, channelsFirst), dtype);
    const value = graph.cast(input, dtype === 'int64' ? 'int32' : dtype);
    return [name, symbolic(value, { shape, channelsFirst })] as const;
  });
  return Object.fromEntries(fed);
}

/** Variables that were assigned beside the state. Throws where one began with a value that is not known. */
function missingFrom(state: ReadonlySet<tf.Variable>, changes: Changes): tf.Variable[] {
  const missing = [...changes].filter(([variable]) => !state.has(variable));
  for (const [variable, before] of missing) {
    if (traceBackend().numbers(before)) continue;
    throw new Error(
      `trace: variable "${variable.name}": expected numbers for its first value, got what follows from the inputs: create it outside of the function`,
    );
  }
  return missing.map(([variable]) => variable);
}

function record(
  fn: (inputs: Tensors) => Tensors,
  { inputs, state = {}, form, inference }: TraceOptions,
  changes: Changes,
): Traced {
  const backend = traceBackend();
  const graph = backend.begin(form, inference);
  feedState(state, graph);
  const returned = fn(feedInputs(inputs, graph));
  assertTensors(returned);
  const edgeValue = (tensor: tf.Tensor): Value =>
    backend.valueIn(tensor, inference !== undefined && tensor.rank === 4);
  const outputs = Object.fromEntries(
    Object.entries(returned).map(([name, tensor]) => [name, edgeValue(tensor)]),
  );
  tf.dispose(Object.values(returned).filter((tensor) => !(tensor instanceof tf.Variable)));
  const assigned = Object.fromEntries(
    Object.entries(state)
      .map(([name, variable]) => [name, backend.value(variable)] as const)
      .filter(([name, value]) => value.name !== name),
  );
  backend.assertNothingRead();
  const missing = missingFrom(new Set(Object.values(state)), changes);
  return { graph, outputs, assigned, missing, weights: backend.weights };
}

/** Run `body` in a tidy that does not look for tensors in what it returns: a graph holds millions of numbers. */
function tidied<T>(body: () => T): T {
  const results: T[] = [];
  tf.tidy(() => {
    results.push(body());
  });
  return results[0] as T;
}

/**
 * Run a function of tfjs ops once with symbolic inputs and record it as an ONNX graph.
 * The function must not read a tensor's value, nor draw random numbers without a seed; gradients,
 * optimizers and `variable.assign` are recorded like everything else. The tensors that it returns are
 * disposed of, and the variables have their numbers back.
 */
export function trace(fn: (inputs: Tensors) => Tensors, options: TraceOptions): Traced {
  const { inputs, state = {} } = options;
  assertSignature({ inputs, state });
  const names = new Map(Object.entries(state).map(([name, variable]) => [variable, name]));
  const nameOf = (variable: tf.Variable): string =>
    names.has(variable) ? `state "${names.get(variable)}"` : `variable "${variable.name}"`;
  // Where nothing has run yet there is none, and the tracing one may not stay.
  const previous = tf.getBackend() || 'cpu';
  const backend = traceBackend();
  registerCustomKernels();
  void tf.setBackend(backendName);
  const refuseDraw = (op: string) => backend.refusals.push(refusalOf(op, drawReason));
  const recorded = () => restoringVariables(nameOf, (changes) => record(fn, options, changes));
  let traced: Traced;
  try {
    traced = withWholeStacks(() => tidied(() => notingDraws(refuseDraw, recorded)));
  } catch (error) {
    throw traceFailure(error, backend.refusals);
  } finally {
    backend.end();
    void tf.setBackend(previous);
  }
  if (backend.refusals.length > 0) throw new Error(refusalReport(backend.refusals));
  return traced;
}
