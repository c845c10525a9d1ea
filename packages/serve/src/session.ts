import {
  createChain,
  devicesFor,
  InputError,
  type Manifest,
  type NodeDevice,
  openOnFirst,
  type Refusal,
} from '@ganvas/core';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Model } from './model.js';
import { loadRuntime } from './runtime.js';

export interface SessionOptions {
  /** Tried one after the other; default CUDA, then CPU. */
  readonly devices?: readonly NodeDevice[];
  /** Threads within one operator on a CPU, default 1. */
  readonly threads?: number;
}

/** A model's file, opened, and found to have the inputs and outputs of its manifest. */
export interface Session {
  readonly device: NodeDevice;
  /** The devices tried before, each with the runtime's own reason. */
  readonly refusals: readonly Refusal[];
  /** Run once, and give `image`: float32 `[N, C, H, W]` in [-1, 1]. */
  run(feed: Readonly<Record<string, Tensor>>): Promise<Float32Array>;
  release(): Promise<void>;
}

/** One run after the other, of all models together: onnxruntime's WebGPU does not bear two at once. */
export const inTurn = createChain();

async function create({ file }: Model, device: NodeDevice, threads: number) {
  const { InferenceSession } = await loadRuntime();
  return InferenceSession.create(file, {
    executionProviders: [device],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
  });
}

function assertInterface({ file, manifest }: Model, session: InferenceSession): void {
  const { inputs, outputs } = manifest;
  for (const [what, said, found] of [
    ['inputs', inputs, session.inputNames],
    ['outputs', outputs, session.outputNames],
  ] as const) {
    const names = said.map(({ name }) => name);
    if ([...names].sort().join() !== [...found].sort().join()) {
      throw new InputError(
        `${file}: expected ${what} ${names.join(', ')} as in the manifest, got ${found.join(', ')}`,
      );
    }
  }
}

function createRun({ file, manifest }: Model, session: InferenceSession): Session['run'] {
  const output = manifest.outputs[0]?.name ?? 'image';
  return async (feed) => {
    const data = (await session.run(feed))[output]?.data;
    if (data instanceof Float32Array) return data;
    throw new InputError(`${file}: expected float32 "${output}", got another type`);
  };
}

/** Do what a new session still needs; where that fails, close it. */
async function orRelease<T>(session: InferenceSession, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await session.release();
    throw error;
  }
}

/**
 * Open a model that does `task`, and let `prepare` make of the session what is needed of it. Throws
 * with every device's reason when none works, and an InputError when the model does something else
 * or its inputs or outputs are not the manifest's.
 */
export async function openModel<T>(
  model: Model,
  { task, devices = devicesFor('auto'), threads = 1 }: SessionOptions & Pick<Manifest, 'task'>,
  prepare: (session: Session) => Promise<T>,
): Promise<T> {
  if (model.manifest.task !== task) {
    throw new InputError(
      `${model.dir}: expected a model to ${task}, got one to ${model.manifest.task}`,
    );
  }
  const { value, device, refusals } = await openOnFirst(devices, (each) =>
    create(model, each, threads),
  );
  return orRelease(value, async () => {
    assertInterface(model, value);
    const release = () => value.release();
    return prepare({ device, refusals, run: createRun(model, value), release });
  });
}
