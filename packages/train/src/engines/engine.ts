import type { DeviceChoice, NodeDevice, Refusal } from '@ganvas/core';
import type { Variables } from '../networks/network.js';

/** The engines by name: `onnx` traces a step and runs its graph natively, `tfjs` runs it op by op. */
export const engineNames = ['onnx', 'tfjs'] as const;
export type EngineName = (typeof engineNames)[number];

/** Numbers that a step takes or gives. int64 and bool are given as int32. */
export type NumberArray = Float32Array | Int32Array;

/** The numbers of one tensor and their shape. */
export interface Numbers {
  readonly data: NumberArray;
  readonly shape: readonly number[];
}

/** The whole state by name. */
export type StateNumbers = Readonly<Record<string, Numbers>>;

/** What a step is fed, by name: numbers in the order of the input's shape, which may be told beside them. */
export type StepInputs = Readonly<Record<string, NumberArray | Numbers>>;

/** How large the graph of a step is. */
export interface GraphSize {
  readonly nodeCount: number;
  /** Bytes of the intermediate values alive at once, at most. */
  readonly peakBytes: number;
}

/**
 * What runs steps and keeps their state. Runs take place one after the other, as they are asked for; the state is
 * read and written at once, before the runs that are not awaited.
 */
export interface Engine<StepName extends string> {
  readonly engine: EngineName;
  readonly device: NodeDevice;
  /** The npm package that computes. */
  readonly library: string;
  /** What was tried before it, devices or npm packages, and why it does not run. */
  readonly refusals: readonly Refusal<string>[];
  /** What a person should know before waiting for it, a sentence each. */
  readonly warnings: readonly string[];
  /** The graph of each step, where the engine makes graphs. */
  readonly graphs?: Readonly<Record<StepName, GraphSize>>;
  /**
   * The variables whose numbers are the state, by name: those of the steps, and those that the steps assign
   * without naming them, such as an optimizer's own, by tfjs's names.
   */
  readonly variables: Variables;
  /**
   * Run a step. Throws an InputError that lists every input that is not as the step declares it. A run that
   * fails halfway, for want of memory say, may leave a part of the state new: write back what was read before.
   */
  run(step: StepName, inputs: StepInputs): Promise<StateNumbers>;
  /** A copy of the state. */
  readState(): StateNumbers;
  /** Replace the whole state. Throws an InputError unless names and shapes are those of the state. */
  writeState(state: StateNumbers): void;
  dispose(): Promise<void>;
}

export interface EngineOptions {
  /** Default `auto`: CUDA where it works, else the CPU. */
  readonly device?: DeviceChoice;
  /** Threads of one run of the engine `onnx`; default 0, which lets onnxruntime choose. */
  readonly threads?: number;
}
