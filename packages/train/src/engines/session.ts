import { type NodeDevice, reasonOf } from '@ganvas/core';
import { type Compiled, compile, signalOutput, type Tensors } from '@ganvas/export';
import * as tf from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-node';
import { availableBytes, isAllocationFailure, outOfMemory } from './memory.js';
import { targets } from './targets.js';

// A device that is tried and refused is reported by openOnFirst; onnxruntime would print it as well.
ort.env.logLevel = 'fatal';

export type Feeds = Readonly<Record<string, ort.Tensor>>;
type Fetched = Readonly<Record<string, ort.Tensor>>;

/** A compiled step, opened on a device. */
export interface StepSession {
  readonly compiled: Compiled;
  run(feeds: Feeds): Promise<Fetched>;
  /** Run with all results written into tensors that are given. */
  runInto(feeds: Feeds, results: Feeds): Promise<void>;
  release(): Promise<void>;
}

const create = (
  { model }: Compiled,
  device: NodeDevice,
  threads: number,
): Promise<ort.InferenceSession> =>
  ort.InferenceSession.create(model.bytes, {
    executionProviders: [targets[device].provider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    ...targets[device].session,
    // Threads that spin for a short while wait less for each other. Beside another busy process, spinning
    // for long costs more than it gains (bench/spinning.mjs).
    extra: {
      session: {
        intra_op: { allow_spinning: '1', spin_duration_us: '30' },
        force_spinning_stop: '1',
      },
    },
  });

// What onnxruntime-node says of a result that it has no JavaScript object for, once all are computed.
const isSignal = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith('Non tensor type');

/**
 * Run with results written into the tensors of `fetches`. onnxruntime-node would then copy each of them
 * into a new array as well; a first result that it cannot pass on ends the run before that. Were it passed on
 * one day, there would be copies again and nothing wrong.
 */
const runInto = (session: ort.InferenceSession, feeds: Feeds, fetches: Feeds): Promise<void> =>
  session.run(feeds, { [signalOutput]: null, ...fetches }).then(
    () => undefined,
    (error) => {
      if (!isSignal(error)) throw error;
    },
  );

/** Run a graph of one node on a device. Throws the runtime's own reason where that fails. */
export async function probe(device: NodeDevice): Promise<void> {
  const inputs = { x: { shape: [4], dtype: 'float32' } } as const;
  const addOne = ({ x }: Tensors) => ({ y: tf.add(x as tf.Tensor, 1) });
  const session = await create(compile(addOne, { name: 'probe', inputs, form: 'conv' }), device, 1);
  try {
    await session.run({ x: new ort.Tensor('float32', new Float32Array(4), [4]) });
  } finally {
    await session.release();
  }
}

/** Bytes that a run takes at its peak: what it computes, what goes in and out, and the constants. */
function neededBytes({ model, next }: Compiled): number {
  const written = new Set(model.inPlace.map((name) => next[name]));
  const outputs = model.outputs.filter(({ name }) => !written.has(name));
  const sizes = [...model.inputs, ...outputs].map(({ shape }) =>
    shape.reduce<number>((size, d) => size * Number(d), 4),
  );
  return sizes.reduce((sum, bytes) => sum + bytes, model.peakBytes + model.bytes.length);
}

/**
 * Open a compiled step on a device. Throws an InputError with the needed and the available bytes where
 * it will not fit, and when a run finds no memory.
 *
 * @param options.threads of one run; 0 lets onnxruntime choose
 */
export async function openSession(
  name: string,
  compiled: Compiled,
  options: { device: NodeDevice; threads: number },
): Promise<StepSession> {
  const { device, threads } = options;
  const needed = neededBytes(compiled);
  // Of other devices' memory nothing is told.
  const available = (): number | undefined => (device === 'cpu' ? availableBytes() : undefined);
  const before = available();
  if (before !== undefined && needed > before) {
    throw outOfMemory(name, { needed, available: before });
  }
  const rethrow = (cause: unknown, doing: string): never => {
    if (isAllocationFailure(cause)) {
      throw outOfMemory(name, { needed, available: available(), cause });
    }
    throw new Error(`${name}: cannot be ${doing} on ${device}: ${reasonOf(cause)}`, { cause });
  };
  const session = await create(compiled, device, threads).catch((cause) =>
    rethrow(cause, 'opened'),
  );
  return {
    compiled,
    run: (feeds) => session.run(feeds).catch((cause) => rethrow(cause, 'run')),
    runInto: (feeds, results) =>
      runInto(session, feeds, results).catch((cause) => rethrow(cause, 'run')),
    release: () => session.release(),
  };
}
