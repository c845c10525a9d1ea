import * as tf from '@tensorflow/tfjs-core';
import type { StateNumbers } from './engines/engine.js';
import type { Variables } from './networks/network.js';

/** Assign numbers to variables of the same names and shapes. Names that no variable has are left out. */
export function assignNumbers(variables: Variables, numbers: StateNumbers): void {
  for (const [name, { data, shape }] of Object.entries(numbers)) {
    const variable = variables[name];
    // tfjs keeps the array that it is given.
    tf.tidy(() => variable?.assign(tf.tensor(data.slice(), [...shape], variable.dtype)));
  }
}
