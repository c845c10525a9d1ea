import * as tf from '@tensorflow/tfjs-core';

/** A gradient as tfjs registers it, without the name of its kernel. */
export type Gradient = Omit<tf.GradConfig, 'kernelName'>;

/** The derivative by each input, computed only where the tape asks for it. */
export type Derivatives = Record<string, () => tf.Tensor>;

/** What a gradient is given: `Name` are the inputs that it saves. */
export interface Call<Name extends string, Attrs = unknown> {
  /** Derivative of the loss by the output, of the output's shape. */
  readonly dy: tf.Tensor;
  readonly saved: Readonly<Record<Name, tf.Tensor>>;
  readonly attrs: Attrs;
}

/**
 * State a gradient that saves inputs and no outputs: the clone of a saved output enters tfjs's tape
 * before its own op, so what is computed from it cannot be differentiated again.
 */
export const gradient = <Name extends string, Attrs = unknown>(
  inputs: readonly Name[],
  derive: (call: Call<Name, Attrs>) => Derivatives,
): Gradient => ({
  inputsToSave: [...inputs],
  gradFunc: (dy, saved, attrs) => {
    const named = inputs.map((name, i) => [name, saved[i]] as const);
    return derive({
      dy: dy as tf.Tensor,
      saved: Object.fromEntries(named) as Record<Name, tf.Tensor>,
      attrs: attrs as Attrs,
    });
  },
});

/** The gradient of an op that is constant wherever it is smooth, such as a comparison. */
export const constant = (...inputs: string[]): Gradient =>
  gradient(inputs, ({ saved }) =>
    Object.fromEntries(
      Object.entries(saved).map(([name, x]) => [name, () => tf.zeros(x.shape)] as const),
    ),
  );

/** Run a kernel that tfjs has no public op for. */
export const runKernel = (
  kernelName: string,
  inputs: Readonly<Record<string, tf.Tensor>>,
  attrs: object = {},
): tf.Tensor =>
  tf.engine().runKernel(kernelName, inputs as tf.NamedTensorMap, attrs as tf.NamedAttrMap);

/** The outputs' derivatives of an op with several outputs; tfjs gives one without a list. */
export const toList = (dy: tf.Tensor | tf.Tensor[]): tf.Tensor[] => (Array.isArray(dy) ? dy : [dy]);

/** Sum what was broadcast: the derivative by an operand of this shape. */
export function unbroadcast(dy: tf.Tensor, shape: readonly number[]): tf.Tensor {
  const axes = tf.broadcast_util.getReductionAxes([...shape], dy.shape);
  const summed = axes.length === 0 ? dy : tf.sum(dy, axes);
  return tf.util.arraysEqual(summed.shape, [...shape]) ? summed : tf.reshape(summed, [...shape]);
}
