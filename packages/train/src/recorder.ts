import { InputError } from '@ganvas/core';
import type { Engine } from './engines/engine.js';
import type { LossValues, Prepared } from './families/family.js';
import type { TrainEvent } from './options.js';
import { samplesFile, writeCheckpoint } from './run-folder.js';
import { writePicture } from './samples.js';

/** Writes what a run leaves behind, and refuses to go on with numbers that are not finite. */
export interface Recorder {
  /** Throw when a loss of `step` is not finite. */
  assertFinite(step: number, losses: LossValues): void;
  /** Write a checkpoint and a sample sheet; returns the checkpoint's file. Throws when a weight is not finite. */
  save(step: number, elapsedMs: number): Promise<string>;
}

const isFiniteThroughout = (values: ArrayLike<number>): boolean => {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false;
  return true;
};

/** Make the recorder of a run. */
export function createRecorder(
  out: string,
  options: {
    engine: Engine<string>;
    prepared: Prepared;
    /** The checkpoint that the run goes on from. */
    lastGood: string | undefined;
    onEvent: (event: TrainEvent) => void;
  },
): Recorder {
  const { engine, prepared, onEvent } = options;
  const { config } = prepared;
  let { lastGood } = options;

  const assertAllFinite = (step: number, numbers: Record<string, ArrayLike<number>>): void => {
    const bad = Object.entries(numbers).filter(([, values]) => !isFiniteThroughout(values));
    if (bad.length === 0) return;
    const names = bad.map(([name]) => name).join(', ');
    const advice = lastGood ? `the last good checkpoint is ${lastGood}` : 'there is no checkpoint';
    throw new InputError(`train: not finite at step ${step}: ${names}; ${advice}`);
  };

  const drawSamples = async (step: number): Promise<void> => {
    const file = samplesFile(out, step);
    await writePicture(file, await prepared.drawSheet(engine));
    onEvent({ type: 'samples', file });
  };

  return {
    assertFinite: (step, losses) => {
      const numbers = Object.entries(losses).map(([name, x]) => [name, [x]] as const);
      assertAllFinite(step, Object.fromEntries(numbers));
    },
    async save(step, elapsedMs) {
      const tensors = engine.readState();
      const numbers = Object.entries(tensors).map(([name, { data }]) => [name, data] as const);
      assertAllFinite(step, Object.fromEntries(numbers));
      lastGood = await writeCheckpoint(out, { config, step, elapsedMs, tensors });
      onEvent({ type: 'checkpoint', file: lastGood });
      await drawSamples(step);
      return lastGood;
    },
  };
}
