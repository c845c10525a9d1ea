import type { InputSpec, Tensors } from '@ganvas/export';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { Variables } from './networks/network.js';
import type { Losses } from './objectives/objective.js';

/** One function of an engine: what it is fed, which variables it reads or changes, what it computes. */
export interface Step {
  readonly inputs: Readonly<Record<string, InputSpec>>;
  readonly state: Variables;
  run(inputs: Tensors): Tensors;
}

/** Make a network a function of tensors; inputs that are undefined are left out. */
export const applied =
  (model: LayersModel, { training }: { training: boolean }) =>
  (...inputs: (tf.Tensor | undefined)[]): tf.Tensor[] => {
    const given = inputs.filter((x): x is tf.Tensor => x !== undefined);
    const outputs = model.apply(given, { training }) as tf.Tensor | tf.Tensor[];
    return Array.isArray(outputs) ? outputs : [outputs];
  };

/** Gradients by the names of the variables, beside the losses. */
export function differentiate(f: () => Losses, variables: Variables) {
  let losses: Losses | undefined;
  const { grads } = tf.variableGrads(() => {
    losses = f();
    // The terms outlive the scope of the gradient: whoever gets a step's results disposes of them.
    for (const tensor of [losses.loss, ...Object.values(losses.terms)]) tf.keep(tensor);
    return losses.loss;
  }, Object.values(variables));
  const gradients = Object.entries(variables).map(([name, variable]) => {
    return [name, grads[variable.name] as tf.Tensor] as const;
  });
  return { losses: losses as Losses, gradients: Object.fromEntries(gradients) };
}

/** A loss and its terms under the name of their network, as the log has them. */
export const named = (network: string, { loss, terms }: Losses): Tensors => ({
  [`${network}Loss`]: loss,
  ...Object.fromEntries(
    Object.entries(terms).map(([term, value]) => [`${network}${capital(term)}`, value]),
  ),
});
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** A float32 input of a step. */
export const float = (...shape: number[]): InputSpec => ({ shape, dtype: 'float32' });
