import * as tf from '@tensorflow/tfjs-core';
import type { Variables } from './networks/network.js';

export interface AdamOptions {
  /** Decay of the mean gradient; 0 keeps none and saves its memory. */
  readonly beta1: number;
  /** Decay of the mean squared gradient. */
  readonly beta2: number;
}

/** Adam over some variables; its own state is variables too, to be traced and saved with them. */
export interface Adam {
  readonly state: Variables;
  /** Change the variables by one step. `gradients` by the names of the variables. */
  apply(gradients: Readonly<Record<string, tf.Tensor>>, learningRate: tf.Tensor): void;
}

const epsilon = 1e-8;

/**
 * Make Adam (Kingma and Ba 2015, algorithm 1, with bias correction):
 * x -= learningRate * m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + 1e-8).
 * The state holds decayed sums, M = m / (1 - beta1) and V = v / (1 - beta2): a sum takes one pass over
 * memory less than a mean, and what they differ by goes into numbers that all weights share.
 *
 * @param name prefix of the state's names: `<name>/step`, `<name>/<variable>/squares`, ...
 */
export function createAdam(name: string, variables: Variables, options: AdamOptions): Adam {
  const { beta1, beta2 } = options;
  // Tidied, so that the numbers are the variables' alone.
  const zerosFor = (sum: string): Record<string, tf.Variable> =>
    Object.fromEntries(
      Object.entries(variables).map(([key, variable]) => [
        `${name}/${key}/${sum}`,
        tf.tidy(() => tf.variable(tf.zeros(variable.shape), false)),
      ]),
    );
  const step = tf.tidy(() => tf.variable(tf.scalar(0), false));
  const state = {
    [`${name}/step`]: step as tf.Variable,
    ...(beta1 === 0 ? {} : zerosFor('gradients')),
    ...zerosFor('squares'),
  };
  const added = (key: string, sum: string, next: tf.Tensor, decay: number): tf.Tensor => {
    const variable = state[`${name}/${key}/${sum}`] as tf.Variable;
    variable.assign(tf.add(tf.mul(variable, decay), next));
    return variable;
  };
  return {
    state,
    apply(gradients, learningRate) {
      const count = tf.add(step, 1);
      step.assign(count as tf.Scalar);
      // m / (1 - beta1^t) = M * scale1, and v / (1 - beta2^t) = (V^(1/2) * scale2)^2.
      const scale1 = tf.div(1 - beta1, tf.sub(1, tf.pow(beta1, count)));
      const scale2 = tf.sqrt(tf.div(1 - beta2, tf.sub(1, tf.pow(beta2, count))));
      const rate = tf.div(tf.mul(learningRate, scale1), scale2);
      const floor = tf.div(epsilon, scale2);
      for (const [key, variable] of Object.entries(variables)) {
        const gradient = gradients[key] as tf.Tensor;
        const sum = beta1 === 0 ? gradient : added(key, 'gradients', gradient, beta1);
        const squares = added(key, 'squares', tf.square(gradient), beta2);
        const direction = tf.div(sum, tf.add(tf.sqrt(squares), floor));
        variable.assign(tf.sub(variable, tf.mul(direction, rate)));
      }
    },
  };
}
