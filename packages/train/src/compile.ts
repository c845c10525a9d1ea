import type { InputSpec, Tensors } from '@ganvas/export';
import { assignNumbers } from './assign-numbers.js';
import type {
  Engine,
  EngineName,
  EngineOptions,
  StateNumbers,
  StepInputs,
} from './engines/engine.js';
import { createEngine } from './engines/index.js';
import type { Variables } from './networks/network.js';

export interface CompileOptions extends EngineOptions {
  /** Shape and dtype of every input, by the name under which the function takes it. */
  readonly inputs: Readonly<Record<string, InputSpec>>;
  /**
   * The variables that the function reads or assigns, by names of your choice. Others that it assigns are found
   * and named; others that it only reads are constants.
   */
  readonly state?: Variables;
  /** Default `onnx`. */
  readonly engine?: EngineName;
}

/** What runs a compiled function, and why nothing else does. */
type Facts = Pick<Engine<never>, 'engine' | 'device' | 'library' | 'refusals' | 'warnings'>;

/**
 * A function made fast. It keeps the state from run to run; the variables need not have its numbers
 * until they are updated.
 */
export interface CompiledFunction extends Facts {
  /**
   * Run it once. Throws an InputError that lists every input that is not as declared. A run that fails halfway,
   * for want of memory say, may leave a part of the state new: write back what was read before.
   */
  run(inputs: StepInputs): Promise<StateNumbers>;
  /** A copy of the state's numbers. */
  readState(): StateNumbers;
  /** Replace the state's numbers. Throws an InputError unless names and shapes are the same. */
  writeState(state: StateNumbers): void;
  /** Give the variables the numbers of the state, so that models made of them can be used and saved. */
  updateVariables(): void;
  dispose(): Promise<void>;
}

/**
 * Compile a function of tfjs ops: your own loss, its gradients and an optimizer, say. The engine `onnx` calls it
 * with tensors that have shapes and no values, once or twice (again where it assigns variables that are not in
 * `state`), and makes one ONNX graph of it that onnxruntime runs. So it must not read a tensor's value, and
 * what follows from values must follow by tfjs ops. The engine `tfjs` calls it at each run.
 *
 * @param fn takes a tensor for each input, and returns tensors by name
 */
export async function compile(
  fn: (inputs: Tensors) => Tensors,
  { inputs, state = {}, ...options }: CompileOptions,
): Promise<CompiledFunction> {
  const name = fn.name || 'function';
  const engine = await createEngine({ [name]: { inputs, state, run: fn } }, options);
  const { device, library, refusals, warnings } = engine;
  return {
    engine: engine.engine,
    device,
    library,
    refusals,
    warnings,
    run: (given) => engine.run(name, given),
    readState: () => engine.readState(),
    writeState: (next) => engine.writeState(next),
    updateVariables: () => assignNumbers(engine.variables, engine.readState()),
    dispose: () => engine.dispose(),
  };
}
