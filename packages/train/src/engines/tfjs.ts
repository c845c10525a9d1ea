import { createChain, openOnFirst } from '@ganvas/core';
import { foundState } from '@ganvas/export';
import * as tf from '@tensorflow/tfjs-core';
import { assertSameState } from '../assert-same-state.js';
import { assignNumbers } from '../assign-numbers.js';
import type { Variables } from '../networks/network.js';
import type { Step } from '../step.js';
import type { Engine, EngineOptions, NumberArray, Numbers, StateNumbers } from './engine.js';
import { createHold, moveNumbers } from './hold.js';
import { numbersOf } from './inputs.js';
import { mergeStates } from './merge-states.js';
import { librariesFor, loadTfjsLibrary } from './tfjs-backends.js';

const toNumbers = (tensor: tf.Tensor): Numbers => {
  const data = tensor.dataSync();
  const isKept = data instanceof Float32Array || data instanceof Int32Array;
  return { data: isKept ? data.slice() : Int32Array.from(data), shape: tensor.shape };
};

const numbersOfAll = (tensors: Readonly<Record<string, tf.Tensor>>): StateNumbers =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, toNumbers(tensor)]));

/** Run a step op by op; its variables change, and every other tensor is freed. */
function runStep(
  { inputs, run }: Step,
  numbers: Readonly<Record<string, NumberArray>>,
): StateNumbers {
  let results: StateNumbers = {};
  tf.tidy(() => {
    const fed = Object.entries(inputs).map(([name, { shape, dtype }]) => {
      const type = dtype === 'int64' ? 'int32' : dtype;
      // A copy: a variable that is assigned an input keeps the array.
      const data = (numbers[name] as NumberArray).slice();
      return [name, tf.tensor(data, [...shape], type)] as const;
    });
    const returned = run(Object.fromEntries(fed));
    results = numbersOfAll(returned);
    // What the step kept outlives the tidy; a variable that it returned is state.
    tf.dispose(Object.values(returned).filter((tensor) => !(tensor instanceof tf.Variable)));
  });
  return results;
}

/** Do `work`, and say which variables it assigned, in the order in which it did. tfjs tells nobody. */
function assignedBy(work: () => void): tf.Variable[] {
  const { assign } = tf.Variable.prototype;
  const assigned = new Set<tf.Variable>();
  tf.Variable.prototype.assign = function noting(next) {
    assigned.add(this);
    assign.call(this, next);
  };
  try {
    work();
  } finally {
    tf.Variable.prototype.assign = assign;
  }
  return [...assigned];
}

/** Run a step, and tell of the variables that it assigns without naming them. */
function runWhole(
  name: string,
  step: Step,
  numbers: Readonly<Record<string, NumberArray>>,
  onFound: (variables: Variables) => void,
): StateNumbers {
  let results: StateNumbers = {};
  const assigned = assignedBy(() => {
    results = runStep(step, numbers);
  });
  const listed = new Set(Object.values(step.state));
  const found = assigned.filter((variable) => !listed.has(variable));
  onFound(foundState(found, name));
  return results;
}

/**
 * Make the engine that runs steps eagerly in tfjs, with the first library that can be loaded. The state
 * is the steps' own variables.
 */
export async function createTfjsEngine<StepName extends string>(
  steps: Readonly<Record<StepName, Step>>,
  { device = 'auto' }: EngineOptions = {},
): Promise<Engine<StepName>> {
  const { value: library, refusals } = await openOnFirst(librariesFor(device), loadTfjsLibrary);
  const hold = createHold();
  const variables = mergeStates(Object.values<Step>(steps).map((step) => step.state));
  for (const variable of Object.values(variables)) {
    // An engine `onnx` writes to the memory that it shares with its variables.
    if (hold.take(variable)) moveNumbers(variable);
  }
  const addFound = (found: Variables): void => {
    Object.assign(variables, found);
    for (const variable of Object.values(found)) hold.take(variable);
  };
  const inTurn = createChain();
  return {
    engine: 'tfjs',
    device: library.device,
    library: library.name,
    refusals,
    warnings: library.warning === undefined ? [] : [library.warning],
    variables,
    run: async (name, inputs) => {
      const numbers = numbersOf(name, steps[name].inputs, inputs);
      return inTurn(async () => {
        // Tracing and drawing choose backends of their own in between.
        await tf.setBackend(library.backend);
        return runWhole(name, steps[name], numbers, addFound);
      });
    },
    readState: () => numbersOfAll(variables),
    writeState: (next) => {
      assertSameState('writeState', next, variables);
      assignNumbers(variables, next);
    },
    // The variables belong to the steps.
    dispose: async () => hold.release(),
  };
}
