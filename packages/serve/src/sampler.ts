import {
  type Device,
  InputError,
  labelFromSeed,
  type Manifest,
  openOnFirst,
  type Pixels,
  type Refusal,
  toPixels,
} from '@ganvas/core';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { findBatchSizes, type RunRows, splitIntoBatches } from './batch-sizes.js';
import { devicesFor } from './device-order.js';
import type { Model } from './model.js';
import { latentOf, type Place, seedOf } from './place.js';
import { loadRuntime } from './runtime.js';

export interface SamplerOptions {
  /** Tried one after the other; default CUDA, then CPU. */
  readonly devices?: readonly Device[];
  /** Threads within one operator on a CPU, default 1. */
  readonly threads?: number;
}

export interface SampleRequest {
  /** One per image: a seed, or a place between two. */
  readonly seeds: readonly Place[];
  /** One class number per image; without them a conditional model takes each from its seed. */
  readonly labels?: readonly number[];
}

/** A model opened on a device of this process. */
export interface Sampler {
  readonly device: Device;
  /** The devices tried before, each with the runtime's own reason. */
  readonly refusals: readonly Refusal[];
  /** Draw one image per seed or place: uint8 `[N, H, W, C]`. An image depends on its place and label alone. */
  sample(request: SampleRequest): Promise<Pixels>;
  dispose(): Promise<void>;
}

/** Choose each image's class: as asked, or from its seed; none where the model takes none. */
function resolveLabels(manifest: Manifest, request: SampleRequest): number[] | undefined {
  const { seeds, labels } = request;
  const classCount = manifest.labels?.length;
  if (classCount === undefined) {
    if (labels === undefined) return undefined;
    throw new InputError(`labels: expected none, since ${manifest.name} has no classes`);
  }
  if (labels === undefined) return seeds.map((seed) => labelFromSeed(seedOf(seed), classCount));
  if (labels.length !== seeds.length) {
    throw new InputError(`labels: expected ${seeds.length}, one per seed, got ${labels.length}`);
  }
  const wrong = labels.find(
    (label) => !(Number.isInteger(label) && label >= 0 && label < classCount),
  );
  if (wrong !== undefined) {
    throw new InputError(`labels: expected integers from 0 to ${classCount - 1}, got ${wrong}`);
  }
  return [...labels];
}

async function openSession(model: Model, device: Device, threads: number) {
  const { InferenceSession } = await loadRuntime();
  return InferenceSession.create(model.file, {
    executionProviders: [device],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
  });
}

function assertInterface(model: Model, session: InferenceSession): void {
  const { inputs, outputs, task } = model.manifest;
  if (task !== 'sample') {
    throw new InputError(`${model.dir}: expected a model that samples, got one to "${task}"`);
  }
  for (const [what, said, found] of [
    ['inputs', inputs, session.inputNames],
    ['outputs', outputs, session.outputNames],
  ] as const) {
    const names = said.map(({ name }) => name);
    if ([...names].sort().join() !== [...found].sort().join()) {
      throw new InputError(
        `${model.file}: expected ${what} ${names.join(', ')} as in the manifest, got ${found.join(', ')}`,
      );
    }
  }
}

type Feed = (
  seeds: readonly Place[],
  labels: readonly number[] | undefined,
) => Record<string, Tensor>;

/** `z` float32 `[N, Z]` and, for a conditional model, `label` int64 `[N]`. */
async function createFeed(latentSize: number): Promise<Feed> {
  const { Tensor } = await loadRuntime();
  return (seeds, labels) => {
    const z = new Float32Array(seeds.length * latentSize);
    seeds.forEach((seed, i) => {
      z.set(latentOf(seed, latentSize), i * latentSize);
    });
    const feed: Record<string, Tensor> = {
      z: new Tensor('float32', z, [seeds.length, latentSize]),
    };
    if (labels !== undefined) {
      feed['label'] = new Tensor('int64', BigInt64Array.from(labels, BigInt), [labels.length]);
    }
    return feed;
  };
}

function createRun(model: Model, session: InferenceSession, feed: Feed) {
  const output = model.manifest.outputs[0]?.name ?? 'image';
  return async (seeds: readonly Place[], labels?: readonly number[]): Promise<Float32Array> => {
    const results = await session.run(feed(seeds, labels));
    const data = results[output]?.data;
    if (data instanceof Float32Array) return data;
    throw new InputError(`${model.file}: expected float32 "${output}", got another type`);
  };
}

/**
 * Open a model in this process. Throws with every device's reason when none works, and an InputError
 * when the file's inputs or outputs are not the manifest's.
 */
export async function createSampler(model: Model, options: SamplerOptions = {}): Promise<Sampler> {
  const { devices = devicesFor('auto'), threads = 1 } = options;
  const { value, device, refusals } = await openOnFirst(devices, (each) =>
    openSession(model, each, threads),
  );
  assertInterface(model, value);
  const { image, latentSize = 0 } = model.manifest;
  const run = createRun(model, value, await createFeed(latentSize));
  const trial: RunRows = (seeds) => run(seeds, resolveLabels(model.manifest, { seeds }));
  const batchSizes = await findBatchSizes(trial);
  const size = image.width * image.height * image.channels;

  async function draw(request: SampleRequest): Promise<Pixels> {
    const { seeds } = request;
    const labels = resolveLabels(model.manifest, request);
    const floats = new Float32Array(seeds.length * size);
    let start = 0;
    for (const count of splitIntoBatches(seeds.length, batchSizes)) {
      const end = start + count;
      floats.set(await run(seeds.slice(start, end), labels?.slice(start, end)), start * size);
      start = end;
    }
    const { width, height, channels } = image;
    return toPixels(floats, { count: seeds.length, width, height, channels });
  }

  // One run after the other: onnxruntime's WebGPU provider does not bear two at once.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn.catch(() => undefined);
    return turn;
  };

  return {
    device,
    refusals,
    sample: (request) => inTurn(() => draw(request)),
    dispose: () => inTurn(() => value.release()),
  };
}
