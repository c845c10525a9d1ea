import { type Device, openOnFirst } from '@ganvas/core';
import { type Compiled, compile } from '@ganvas/export';
import * as ort from 'onnxruntime-node';
import type { Step } from '../gan.js';
import type { Engine, Numbers, StateNumbers } from './engine.js';

// A device that is tried and refused is reported by openOnFirst; onnxruntime would print it as well.
ort.env.logLevel = 'fatal';

/** A step as an onnxruntime session. */
interface Session {
  readonly step: Step;
  readonly compiled: Compiled;
  readonly session: ort.InferenceSession;
}

const toTensor = ({ data, shape }: Numbers): ort.Tensor =>
  data instanceof Float32Array
    ? new ort.Tensor('float32', data, [...shape])
    : new ort.Tensor('int32', data, [...shape]);

const toNumbers = (tensor: ort.Tensor): Numbers => ({
  data: tensor.data as Float32Array,
  shape: tensor.dims,
});

async function openAll(
  compiled: Readonly<Record<string, Compiled>>,
  device: Device,
  threads: number,
) {
  const options: ort.InferenceSession.SessionOptions = {
    executionProviders: [device],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    // Spinning while they wait, the threads gain a little alone and lose much more beside anything else
    // that runs (bench/spinning.mjs).
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
  const sessions: [string, ort.InferenceSession][] = [];
  for (const [name, { model }] of Object.entries(compiled)) {
    sessions.push([name, await ort.InferenceSession.create(model.bytes, options)]);
  }
  return Object.fromEntries(sessions);
}

/** Trace each step into one ONNX graph. */
export function compileSteps<StepName extends string>(
  steps: Readonly<Record<StepName, Step>>,
): Readonly<Record<StepName, Compiled>> {
  const compiled = Object.entries<Step>(steps).map(([name, { run, inputs, state }]) => {
    return [name, compile(run, { name, inputs, state, form: 'gather' })];
  });
  return Object.fromEntries(compiled);
}

/**
 * Make the engine that runs traced steps natively with onnxruntime.
 * The state goes from one run into the next without passing through tfjs.
 *
 * @param options.devices tried in order, one at a time
 * @param options.threads threads of one run; 0 lets onnxruntime choose
 */
export async function createOnnxEngine<StepName extends string>(
  steps: Readonly<Record<StepName, Step>>,
  compiled: Readonly<Record<StepName, Compiled>>,
  options: { devices: readonly Device[]; threads?: number },
): Promise<Engine<StepName>> {
  const entries = Object.entries<Step>(steps) as [StepName, Step][];
  const opened = await openOnFirst(options.devices, (device) =>
    openAll(compiled, device, options.threads ?? 0),
  );
  const sessions = Object.fromEntries(
    entries.map(([name, step]) => {
      const session = opened.value[name] as ort.InferenceSession;
      return [name, { step, session, compiled: compiled[name] }];
    }),
  ) as Record<string, Session>;
  const variables = Object.assign({}, ...entries.map(([, { state }]) => state)) as Step['state'];
  let state: Record<string, ort.Tensor> = Object.fromEntries(
    Object.entries(variables).map(([name, variable]) => {
      const data = Float32Array.from(variable.dataSync());
      return [name, toTensor({ data, shape: variable.shape })];
    }),
  );

  return {
    device: opened.device,
    refusals: opened.refusals,
    async run(name, inputs) {
      const { step, session, compiled: built } = sessions[name] as Session;
      const feeds = session.inputNames.map((input) => {
        const kept = state[input];
        if (kept) return [input, kept] as const;
        const data = inputs[input];
        const spec = step.inputs[input];
        if (!data || !spec) throw new Error(`${name}: expected the input "${input}"`);
        return [input, toTensor({ data, shape: spec.shape })] as const;
      });
      const results = await session.run(Object.fromEntries(feeds));
      for (const [variable, output] of Object.entries(built.next)) {
        state[variable] = results[output] as ort.Tensor;
      }
      const changed = new Set(Object.values(built.next));
      const returned = Object.entries(results).filter(([output]) => !changed.has(output));
      return Object.fromEntries(returned.map(([output, tensor]) => [output, toNumbers(tensor)]));
    },

    readState: () =>
      Object.fromEntries(Object.entries(state).map(([name, tensor]) => [name, toNumbers(tensor)])),

    writeState(next: StateNumbers) {
      state = Object.fromEntries(
        Object.entries(next).map(([name, numbers]) => [name, toTensor(numbers)]),
      );
    },

    async dispose() {
      for (const { session } of Object.values(sessions)) await session.release();
    },
  };
}
