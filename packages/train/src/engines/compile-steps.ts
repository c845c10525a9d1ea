import type { NodeDevice } from '@ganvas/core';
import { type Compiled, compile } from '@ganvas/export';
import type { Step } from '../step.js';
import type { GraphSize } from './engine.js';
import { targets } from './targets.js';

/** Trace each step into one ONNX graph, in the form that is best on a device. */
export function compileSteps<StepName extends string>(
  steps: Readonly<Record<StepName, Step>>,
  device: NodeDevice = 'cpu',
): Readonly<Record<StepName, Compiled>> {
  const { form, inPlace } = targets[device];
  const compiled = Object.entries<Step>(steps).map(([name, { run, inputs, state }]) => {
    return [name, compile(run, { name, inputs, state, form, inPlace })];
  });
  return Object.fromEntries(compiled);
}

/** How large compiled graphs are. */
export function sizesOf<StepName extends string>(
  compiled: Readonly<Record<StepName, Compiled>>,
): Readonly<Record<StepName, GraphSize>> {
  const sizes = Object.entries<Compiled>(compiled).map(([name, { model }]) => {
    return [name, { nodeCount: model.nodeCount, peakBytes: model.peakBytes }];
  });
  return Object.fromEntries(sizes);
}
