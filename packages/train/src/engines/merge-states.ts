import { InputError } from '@ganvas/core';
import type * as tf from '@tensorflow/tfjs-core';
import type { Variables } from '../networks/network.js';

/**
 * The variables of all steps by name. Throws an InputError where one name is given to two variables, or
 * one variable has two names: steps would share what they should not, or not what they should.
 */
export function mergeStates(states: readonly Variables[]): Record<string, tf.Variable> {
  const merged: Record<string, tf.Variable> = {};
  const names = new Map<tf.Variable, string>();
  for (const [name, variable] of states.flatMap((state) => Object.entries(state))) {
    const [other, known] = [names.get(variable) ?? name, merged[name] ?? variable];
    if (other !== name) {
      throw new InputError(
        `state: expected one name for a variable in all steps, got "${other}" and "${name}": list it by one of them in each step`,
      );
    }
    if (known !== variable) {
      throw new InputError(
        `state: expected one variable called "${name}" in all steps, got two: give them different names`,
      );
    }
    names.set(variable, name);
    merged[name] = variable;
  }
  return merged;
}
