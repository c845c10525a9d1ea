import * as tf from '@tensorflow/tfjs-core';

// How many engines that are not disposed of have each variable in their state.
const holders = new WeakMap<tf.Variable, number>();

/** The variables that one engine has in its state. */
export interface Hold {
  /** Add a variable. Whether another engine has it too. */
  take(variable: tf.Variable): boolean;
  release(): void;
}

export function createHold(): Hold {
  const own = new Set<tf.Variable>();
  return {
    take(variable) {
      const others = (holders.get(variable) ?? 0) - Number(own.has(variable));
      if (!own.has(variable)) holders.set(variable, others + 1);
      own.add(variable);
      return others > 0;
    },
    release() {
      for (const variable of own) holders.set(variable, (holders.get(variable) as number) - 1);
      own.clear();
    },
  };
}

/**
 * Give a variable memory of its own with the numbers that it has, and say what memory that is. Until then it
 * may hold an array of the caller, or the same one as another variable: tfjs keeps arrays that it is given.
 */
export function moveNumbers(variable: tf.Variable): Float32Array | Int32Array | Uint8Array {
  const data = variable.dataSync().slice();
  tf.tidy(() => variable.assign(tf.tensor(data, variable.shape, variable.dtype)));
  return data;
}
