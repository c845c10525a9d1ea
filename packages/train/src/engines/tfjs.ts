import { createChain, openOnFirst } from '@ganvas/core';
import { foundState } from '@ganvas/export';
import * as tf from '@tensorflow/tfjs-core';
import { assertSameState } from '../assert-same-state.js';
import { assignNumbers } from '../assign-numbers.js';
import type { Step } from '../gan.js';
import type { Engine, EngineOptions, NumberArray, Numbers, StateNumbers } from './engine.js';
import { numbersOf } from './inputs.js';
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
      return [name, tf.tensor(numbers[name] as NumberArray, [...shape], type)] as const;
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

/** Run a step, and add the variables that it assigns without naming them to the state. */
function runWhole(
  name: string,
  step: Step,
  numbers: Readonly<Record<string, NumberArray>>,
  variables: Record<string, tf.Variable>,
): StateNumbers {
  let results: StateNumbers = {};
  const assigned = assignedBy(() => {
    results = runStep(step, numbers);
  });
  const listed = new Set(Object.values(step.state));
  const found = assigned.filter((variable) => !listed.has(variable));
  Object.assign(variables, foundState(found, name));
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
  const states = Object.values<Step>(steps).map((step) => step.state);
  const variables: Record<string, tf.Variable> = Object.assign({}, ...states);
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
        return runWhole(name, steps[name], numbers, variables);
      });
    },
    readState: () => numbersOfAll(variables),
    writeState: (next) => {
      assertSameState('writeState', next, variables);
      assignNumbers(variables, next);
    },
    // The variables belong to the steps.
    dispose: async () => undefined,
  };
}
