import type { Device, Refusal } from '@ganvas/core';

/** The numbers of one tensor and their shape. */
export interface Numbers {
  readonly data: Float32Array | Int32Array;
  readonly shape: readonly number[];
}

/** The whole state by name. */
export type StateNumbers = Readonly<Record<string, Numbers>>;

/** What runs the steps of a GAN and keeps its state. */
export interface Engine<StepName extends string> {
  readonly device: Device;
  readonly refusals: readonly Refusal[];
  /** Run a step on numbers in the order and shape that the step's inputs have. */
  run(
    step: StepName,
    inputs: Readonly<Record<string, Float32Array | Int32Array>>,
  ): Promise<StateNumbers>;
  readState(): StateNumbers;
  writeState(state: StateNumbers): void;
  dispose(): Promise<void>;
}
