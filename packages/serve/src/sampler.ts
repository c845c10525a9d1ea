import {
  createChain,
  devicesFor,
  InputError,
  type Manifest,
  type NodeDevice,
  openOnFirst,
  type Pixels,
  type Refusal,
  toPixels,
} from '@ganvas/core';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { findBatchSizes, type RunRows, splitIntoBatches } from './batch-sizes.js';
import type { Model } from './model.js';
import { classesOf, latentOf, type Place } from './place.js';
import { loadRuntime } from './runtime.js';

export interface SamplerOptions {
  /** Tried one after the other; default CUDA, then CPU. */
  readonly devices?: readonly NodeDevice[];
  /** Threads within one operator on a CPU, default 1. */
  readonly threads?: number;
}

/** Images to draw: one per seed, or one per place where some lie between two seeds. */
export type SampleRequest = (
  | { /** Integers in [0, 2^53 - 1]. */ readonly seeds: readonly number[] }
  | { readonly places: readonly Place[] }
) & {
  /** One class number per image; without them a conditional model takes each from its seed. */
  readonly labels?: readonly number[];
};

const placesOf = (request: SampleRequest): readonly Place[] =>
  'places' in request ? request.places : request.seeds;

// One run after the other, of all models together: onnxruntime's WebGPU does not bear two at once.
const inTurn = createChain();

/** A model opened on a device of this process. */
export interface Sampler {
  readonly device: NodeDevice;
  /** The devices tried before, each with the runtime's own reason. */
  readonly refusals: readonly Refusal[];
  /** Draw one image per seed or place: uint8 `[N, H, W, C]`. An image depends on its place and label alone. */
  sample(request: SampleRequest): Promise<Pixels>;
  dispose(): Promise<void>;
}

/** Choose each image's class: as asked, or from its seed; none where the model takes none. */
function resolveLabels(manifest: Manifest, request: SampleRequest): number[] | undefined {
  const { labels } = request;
  const places = placesOf(request);
  const classCount = manifest.labels?.length;
  if (classCount === undefined) {
    if (labels === undefined) return undefined;
    throw new InputError(`labels: expected none, since ${manifest.name} has no classes`);
  }
  if (labels === undefined) return classesOf(places, classCount);
  if (labels.length !== places.length) {
    throw new InputError(`labels: expected ${places.length}, one per image, got ${labels.length}`);
  }
  const wrong = labels.find(
    (label) => !(Number.isInteger(label) && label >= 0 && label < classCount),
  );
  if (wrong !== undefined) {
    throw new InputError(`labels: expected integers from 0 to ${classCount - 1}, got ${wrong}`);
  }
  return [...labels];
}

async function openSession(model: Model, device: NodeDevice, threads: number) {
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
  places: readonly Place[],
  labels: readonly number[] | undefined,
) => Record<string, Tensor>;

/** `z` float32 `[N, Z]` and, for a conditional model, `label` int64 `[N]`. */
async function createFeed(latentSize: number): Promise<Feed> {
  const { Tensor } = await loadRuntime();
  return (places, labels) => {
    const z = new Float32Array(places.length * latentSize);
    places.forEach((place, i) => {
      z.set(latentOf(place, latentSize), i * latentSize);
    });
    const feed: Record<string, Tensor> = {
      z: new Tensor('float32', z, [places.length, latentSize]),
    };
    if (labels !== undefined) {
      feed['label'] = new Tensor('int64', BigInt64Array.from(labels, BigInt), [labels.length]);
    }
    return feed;
  };
}

function createRun(model: Model, session: InferenceSession, feed: Feed) {
  const output = model.manifest.outputs[0]?.name ?? 'image';
  return async (places: readonly Place[], labels?: readonly number[]): Promise<Float32Array> => {
    const results = await session.run(feed(places, labels));
    const data = results[output]?.data;
    if (data instanceof Float32Array) return data;
    throw new InputError(`${model.file}: expected float32 "${output}", got another type`);
  };
}

/** Check a session against the manifest, and try the sizes of batch. */
async function prepare(model: Model, session: InferenceSession) {
  assertInterface(model, session);
  const { manifest } = model;
  const run = createRun(model, session, await createFeed(manifest.latentSize ?? 0));
  const trial: RunRows = (seeds) => run(seeds, resolveLabels(manifest, { seeds }));
  return { run, batchSizes: await findBatchSizes(trial) };
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
  const { image } = model.manifest;
  const { run, batchSizes } = await prepare(model, value).catch(async (error: unknown) => {
    await value.release();
    throw error;
  });
  const size = image.width * image.height * image.channels;

  async function draw(request: SampleRequest): Promise<Pixels> {
    const places = placesOf(request);
    const labels = resolveLabels(model.manifest, request);
    const floats = new Float32Array(places.length * size);
    let start = 0;
    for (const count of splitIntoBatches(places.length, batchSizes)) {
      const end = start + count;
      floats.set(await run(places.slice(start, end), labels?.slice(start, end)), start * size);
      start = end;
    }
    const { width, height, channels } = image;
    return toPixels(floats, { count: places.length, width, height, channels });
  }

  return {
    device,
    refusals,
    sample: (request) => inTurn(() => draw(request)),
    dispose: () => inTurn(() => value.release()),
  };
}
