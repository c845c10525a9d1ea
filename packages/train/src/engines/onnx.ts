import {
  createChain,
  type DeviceChoice,
  devicesFor,
  devicesOn,
  openOnFirst,
  type Refusal,
} from '@ganvas/core';
import type { Compiled } from '@ganvas/export';
import type * as ort from 'onnxruntime-node';
import { assertSameState } from '../assert-same-state.js';
import type { Step } from '../step.js';
import { compileSteps, sizesOf } from './compile-steps.js';
import type { Engine, EngineOptions, NumberArray } from './engine.js';
import { numbersOf } from './inputs.js';
import { mergeStates } from './merge-states.js';
import { type Feeds, openSession, probe, type StepSession } from './session.js';
import { createOnnxState, emptyTensor, type OnnxState, toNumbers, toTensor } from './state.js';
import { targets } from './targets.js';

// One thing after the other in the whole process: runs block the thread anyway, and onnxruntime's WebGPU
// does not bear two at once, of one session or of several.
const inTurn = createChain();

const toFeeds = (
  { inputs }: Step,
  numbers: Readonly<Record<string, NumberArray>>,
  names: readonly string[],
): Feeds =>
  Object.fromEntries(
    names.map((name) => {
      const { shape, dtype } = inputs[name] as Step['inputs'][string];
      return [name, toTensor({ data: numbers[name] as NumberArray, shape }, dtype)];
    }),
  );

/** Run a step with its results in new tensors, and the new state over the old one or in its second buffer. */
async function runInPlace(
  { compiled: { model, next }, runInto }: StepSession,
  state: OnnxState,
  feeds: Feeds,
): Promise<Feeds> {
  const inPlace = new Set(model.inPlace);
  const stateOf = new Map(Object.entries(next).map(([name, output]) => [output, name]));
  const results = model.outputs.map((port): [string, ort.Tensor] => {
    const name = stateOf.get(port.name);
    if (name === undefined) return [port.name, emptyTensor(port)];
    return [port.name, inPlace.has(name) ? (state.tensors[name] as ort.Tensor) : state.spare(name)];
  });
  await runInto(feeds, Object.fromEntries(results));
  for (const name of Object.keys(next)) if (!inPlace.has(name)) state.swap(name);
  return Object.fromEntries(results);
}

/** The devices that `auto` does not try here, to be told beside those that it tried. */
const leftOut = (choice: DeviceChoice): Refusal[] =>
  devicesOn(process.platform, process.arch)
    .filter((device) => choice === 'auto' && !devicesFor(choice).includes(device))
    .map((device) => ({ device, reason: 'used only when it is asked for by name' }));

/**
 * Make the engine that runs traced steps natively with onnxruntime, on the first of the devices asked
 * for that works. The state goes from one run into the next without passing through tfjs.
 */
export async function createOnnxEngine<StepName extends string>(
  steps: Readonly<Record<StepName, Step>>,
  options: EngineOptions = {},
): Promise<Engine<StepName>> {
  const { device: choice = 'auto', threads = 0 } = options;
  const found = await inTurn(() => openOnFirst(devicesFor(choice), probe));
  const { device } = found;
  const compiled = compileSteps(steps, device);
  const variables = mergeStates(Object.values<Compiled>(compiled).map((step) => step.state));
  const sessions = new Map<string, StepSession>();
  const release = () =>
    inTurn(async () => {
      const opened = [...sessions.values()];
      sessions.clear();
      await Promise.all(opened.map((session) => session.release()));
    });
  try {
    for (const [name, step] of Object.entries<Compiled>(compiled)) {
      sessions.set(name, await inTurn(() => openSession(name, step, { device, threads })));
    }
  } catch (error) {
    await release();
    throw error;
  }
  const state = createOnnxState(variables);

  const run = async (name: StepName, numbers: Readonly<Record<string, NumberArray>>) => {
    const session = sessions.get(name);
    if (!session) throw new Error(`${name}: expected an engine in use, got one disposed of`);
    const { model, next } = session.compiled;
    const step = steps[name];
    const names = model.inputs.map((input) => input.name);
    const fed = names.filter((input) => input in step.inputs);
    const kept = names.filter((input) => !(input in step.inputs));
    const feeds: Feeds = {
      ...toFeeds(step, numbers, fed),
      ...Object.fromEntries(kept.map((variable) => [variable, state.tensors[variable]])),
    } as Feeds;
    const results = targets[device].inPlace
      ? await runInPlace(session, state, feeds)
      : await session.run(feeds);
    if (!targets[device].inPlace) state.take(results, next);
    const changed = new Set(Object.values(next));
    const returned = Object.entries(results).filter(([output]) => !changed.has(output));
    return Object.fromEntries(returned.map(([output, tensor]) => [output, toNumbers(tensor)]));
  };

  return {
    engine: 'onnx',
    device,
    library: 'onnxruntime-node',
    refusals: [...found.refusals, ...leftOut(choice)],
    warnings: [],
    graphs: sizesOf(compiled),
    variables,
    run: async (name, inputs) => {
      const numbers = numbersOf(name, steps[name].inputs, inputs);
      return inTurn(() => run(name, numbers));
    },
    readState: () => state.read(),
    writeState: (next) => {
      assertSameState('writeState', next, variables);
      state.write(next);
    },
    dispose: async () => {
      await release();
      state.release();
    },
  };
}
