import type * as tf from '@tensorflow/tfjs-core';
import { type Model, type Result, toModel } from './model.js';
import { type Tensors, type Traced, type TraceOptions, trace } from './trace.js';

/** Variables by the names of their inputs. */
type State = Readonly<Record<string, tf.Variable>>;

/** A traced function as an `.onnx` file: its results, and the new values of its variables. */
export interface Compiled {
  readonly model: Model;
  /** Variables that the function assigned: the output that holds the new value, by variable name. */
  readonly next: Readonly<Record<string, string>>;
  /**
   * The state that was given, and after it every other variable that the function assigns: an
   * optimizer's slots, say. They hold the numbers to begin with.
   */
  readonly state: State;
}

export interface CompileOptions extends TraceOptions {
  readonly name: string;
  /**
   * Make the model for buffers that the caller gives at each run: `Model.inPlace` names the states whose
   * new value may be fetched into the buffer that holds the old one. It has one more output,
   * the first, an empty sequence named `signalOutput`. Run it with onnxruntime's own optimizations
   * disabled: nodes that they fuse could read an old value later.
   */
  readonly inPlace?: boolean;
}

// A variable has one name, whichever functions of a program change it.
const foundNames = new WeakMap<tf.Variable, string>();

/** The name that its maker gave a variable, or the first free number: tfjs's own numbers differ from run to run. */
function newName(variable: tf.Variable, name: string, taken: ReadonlySet<string>): string {
  if (!/^\d+$/.test(variable.name)) return variable.name;
  let index = 0;
  while (taken.has(`${name}/variable ${index}`)) index++;
  return `${name}/variable ${index}`;
}

/** Variables that a function assigns and the caller did not list, by the names that they have in the state. */
export function foundState(variables: readonly tf.Variable[], name: string): State {
  const taken = new Set(variables.map((variable) => foundNames.get(variable) ?? ''));
  for (const variable of variables) {
    if (foundNames.has(variable)) continue;
    const found = newName(variable, name, taken);
    foundNames.set(variable, found);
    taken.add(found);
  }
  const entries = variables.map(
    (variable) => [foundNames.get(variable) as string, variable] as const,
  );
  const found = Object.fromEntries(entries);
  const [lost] = entries.filter(([each, variable]) => found[each] !== variable);
  if (!lost) return found;
  throw new Error(
    `${name}: expected variables of different names, got two called "${lost[0]}", which other functions have named: list one of them in the state by another name`,
  );
}

/** Throws where a variable that was found is called what the caller calls another variable, or an input. */
function assertOtherNames(found: State, { name, state = {}, inputs }: CompileOptions): void {
  const [clash] = Object.keys(found).filter((each) => each in state || each in inputs);
  if (clash === undefined) return;
  throw new Error(
    `${name}: expected no state or input called "${clash}", as a variable is that the function assigns: list that variable in the state by another name`,
  );
}

/** Trace with the variables in the state that the function assigns and the caller did not list. */
function traceWhole(
  fn: (inputs: Tensors) => Tensors,
  options: CompileOptions,
): { traced: Traced; state: State } {
  const { name, state = {} } = options;
  const first = trace(fn, options);
  if (first.missing.length === 0) return { traced: first, state };
  const found = foundState(first.missing, name);
  assertOtherNames(found, options);
  const whole = { ...state, ...found };
  const traced = trace(fn, { ...options, state: whole });
  const [extra] = traced.missing;
  if (extra) {
    throw new Error(
      `${name}: expected the variables of the first call at every call, got another, "${extra.name}": create variables outside of the function`,
    );
  }
  return { traced, state: whole };
}

/**
 * Compile a function of tfjs ops into one ONNX model. Inputs and outputs have the names they are
 * given; state variables are inputs by theirs, their new values outputs `<name>:next`.
 *
 * The function is called once, and once more if it assigns variables that are not in the state. Those may
 * be made inside by the first call, as optimizers do, from numbers that do not follow from the
 * inputs. They live on, with these numbers, and belong to their maker.
 */
export function compile(fn: (inputs: Tensors) => Tensors, options: CompileOptions): Compiled {
  const { traced, state } = traceWhole(fn, options);
  const { graph, outputs, assigned } = traced;
  const result = (name: string, value: Result['value']): Result => {
    return { value, port: { name, dtype: value.dtype, shape: value.shape } };
  };
  const next = Object.fromEntries(Object.keys(assigned).map((name) => [name, `${name}:next`]));
  const results = [
    ...Object.entries(outputs).map(([name, value]) => result(name, value)),
    ...Object.entries(assigned).map(([name, value]) => result(next[name] as string, value)),
  ];
  const updates = options.inPlace ? next : undefined;
  return { model: toModel(graph, results, { name: options.name, updates }), next, state };
}
