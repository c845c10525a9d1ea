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

const decayed = (mean: tf.Tensor, next: tf.Tensor, decay: number): tf.Tensor =>
  tf.add(tf.mul(mean, decay), tf.mul(next, 1 - decay));

/**
 * Make Adam (Kingma and Ba 2015, algorithm 1, with bias correction):
 * x -= learningRate * m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + 1e-8).
 *
 * @param name prefix of the state's names: `<name>/step`, `<name>/<variable>/v`, ...
 */
export function createAdam(name: string, variables: Variables, options: AdamOptions): Adam {
  const { beta1, beta2 } = options;
  // Tidied, so that the numbers are the variables' alone.
  const zerosFor = (moment: string): Record<string, tf.Variable> =>
    Object.fromEntries(
      Object.entries(variables).map(([key, variable]) => [
        `${name}/${key}/${moment}`,
        tf.tidy(() => tf.variable(tf.zeros(variable.shape), false)),
      ]),
    );
  const step = tf.tidy(() => tf.variable(tf.scalar(0), false));
  const state = {
    [`${name}/step`]: step as tf.Variable,
    ...(beta1 === 0 ? {} : zerosFor('m')),
    ...zerosFor('v'),
  };
  const updated = (key: string, moment: string, next: tf.Tensor, decay: number): tf.Tensor => {
    const variable = state[`${name}/${key}/${moment}`] as tf.Variable;
    variable.assign(decayed(variable, next, decay));
    return variable;
  };
  return {
    state,
    apply(gradients, learningRate) {
      const count = tf.add(step, 1);
      step.assign(count as tf.Scalar);
      const correction1 = tf.sub(1, tf.pow(beta1, count));
      const correction2 = tf.sqrt(tf.sub(1, tf.pow(beta2, count)));
      const rate = tf.div(tf.mul(learningRate, correction2), correction1);
      const floor = tf.mul(correction2, epsilon);
      for (const [key, variable] of Object.entries(variables)) {
        const gradient = gradients[key] as tf.Tensor;
        const mean = beta1 === 0 ? gradient : updated(key, 'm', gradient, beta1);
        const square = updated(key, 'v', tf.square(gradient), beta2);
        const direction = tf.div(mean, tf.add(tf.sqrt(square), floor));
        variable.assign(tf.sub(variable, tf.mul(direction, rate)));
      }
    },
  };
}
