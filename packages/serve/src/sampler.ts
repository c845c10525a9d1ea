import {
  InputError,
  type Manifest,
  type NodeDevice,
  type Pixels,
  type Refusal,
  toPixels,
} from '@ganvas/core';
import type { Tensor } from 'onnxruntime-node';
import { findBatchSizes, splitIntoBatches } from './batch-sizes.js';
import type { Model } from './model.js';
import { classesOf, latentOf, type Place } from './place.js';
import { loadRuntime } from './runtime.js';
import { inTurn, openModel, type Session, type SessionOptions } from './session.js';

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

/** Draw with a session, in the sizes of batch that change nothing. */
async function prepare({ manifest }: Model, session: Session): Promise<Sampler> {
  const { device, refusals } = session;
  const feed = await createFeed(manifest.latentSize ?? 0);
  const run = (places: readonly Place[], labels?: readonly number[]) =>
    session.run(feed(places, labels));
  const batchSizes = await findBatchSizes((seeds) =>
    run(seeds, resolveLabels(manifest, { seeds })),
  );
  const { width, height, channels } = manifest.image;
  const size = width * height * channels;

  async function draw(request: SampleRequest): Promise<Pixels> {
    const places = placesOf(request);
    const labels = resolveLabels(manifest, request);
    const floats = new Float32Array(places.length * size);
    let start = 0;
    for (const count of splitIntoBatches(places.length, batchSizes)) {
      const end = start + count;
      floats.set(await run(places.slice(start, end), labels?.slice(start, end)), start * size);
      start = end;
    }
    return toPixels(floats, { count: places.length, width, height, channels });
  }

  return {
    device,
    refusals,
    sample: (request) => inTurn(() => draw(request)),
    dispose: () => inTurn(session.release),
  };
}

/**
 * Open a model in this process. Throws with every device's reason when none works, and an InputError
 * when the file's inputs or outputs are not the manifest's.
 */
export const createSampler = (model: Model, options: SessionOptions = {}): Promise<Sampler> =>
  openModel(model, { ...options, task: 'sample' }, (session) => prepare(model, session));
