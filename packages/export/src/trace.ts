// tfjs-core registers no gradients, and several of tfjs-layers' are wrong when differentiated again.
import '@ganvas/gradients';
import * as tf from '@tensorflow/tfjs-core';
import type { ConvolutionForm } from './backend.js';
import type { Graph, Value } from './graph.js';
import { backendName, traceBackend } from './kernels/index.js';
import { refusalReport } from './refusals.js';

/** An input of a traced function. `int64` reaches the function as tfjs's int32. */
export interface InputSpec {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'int64';
}

/** A traced function: the graph, what it returned, and what it assigned to its variables. */
export interface Traced {
  readonly graph: Graph;
  readonly outputs: Readonly<Record<string, Value>>;
  /** By state name; only the variables that were assigned. */
  readonly assigned: Readonly<Record<string, Value>>;
}

/** Named tensors, as a traced function takes and returns them. */
export type Tensors = Readonly<Record<string, tf.Tensor>>;

export interface TraceOptions {
  readonly inputs: Readonly<Record<string, InputSpec>>;
  /** Variables that are fed and returned, by the name of their input; all others are constants. */
  readonly state?: Readonly<Record<string, tf.Variable>>;
  readonly form: ConvolutionForm;
  /** Write rank-4 outputs in NCHW order. */
  readonly channelsFirstOutputs?: boolean;
}

/** Run `body` with variables replaced by inputs of the graph, and restore them after it. */
function withSymbolicState<T>(
  state: Readonly<Record<string, tf.Variable>>,
  graph: Graph,
  body: () => T,
): T {
  const backend = traceBackend();
  const variables = Object.values(state);
  const originals = variables.map((variable) => tf.keep(tf.clone(variable as tf.Tensor)));
  try {
    for (const [name, variable] of Object.entries(state)) {
      const value = graph.input(name, variable.shape, 'float32');
      const placeholder = tf.engine().makeTensorFromTensorInfo(backend.tensor(value));
      variable.assign(placeholder);
      placeholder.dispose();
    }
    return body();
  } finally {
    variables.forEach((variable, i) => {
      variable.assign(originals[i] as tf.Tensor);
    });
    tf.dispose(originals);
  }
}

/**
 * Run a function of tfjs ops once with symbolic inputs and record it as an ONNX graph.
 * The function must not read a tensor's value; gradients, optimizers and `variable.assign` are
 * recorded like everything else. The tensors that it returns are disposed of.
 */
export function trace(fn: (inputs: Tensors) => Tensors, options: TraceOptions): Traced {
  const { inputs, state = {}, form } = options;
  const previous = tf.getBackend();
  const backend = traceBackend();
  void tf.setBackend(backendName);
  try {
    const graph = backend.begin(form);
    return tf.tidy(() =>
      // tfjs's types want tensors out of tidy; what leaves here are names of graph values.
      withSymbolicState(state, graph, () => {
        const fed = Object.entries(inputs).map(([name, { shape, dtype }]) => {
          const value = graph.input(name, shape, dtype);
          const seen = graph.cast(value, dtype === 'int64' ? 'int32' : dtype);
          return [name, tf.engine().makeTensorFromTensorInfo(backend.tensor(seen))] as const;
        });
        const returned = fn(Object.fromEntries(fed));
        if (backend.refusals.length > 0) throw new Error(refusalReport(backend.refusals));
        const edgeValue = (tensor: tf.Tensor): Value =>
          backend.valueIn(tensor, options.channelsFirstOutputs === true && tensor.rank === 4);
        const outputs = Object.fromEntries(
          Object.entries(returned).map(([name, tensor]) => [name, edgeValue(tensor)]),
        );
        tf.dispose(returned);
        const assigned = Object.fromEntries(
          Object.entries(state)
            .map(([name, variable]) => [name, backend.value(variable)] as const)
            .filter(([name, value]) => value.name !== name),
        );
        return { graph, outputs, assigned } as unknown as tf.TensorContainer;
      }),
    ) as unknown as Traced;
  } finally {
    if (previous) void tf.setBackend(previous);
  }
}
