import { interpolations, latentFromSeed, type Manifest } from '@ganvas/core';
import { createSampler, type Drawn, type Engine, toBatchSize } from './create-sampler.js';
import { assertBytes, downloadModel } from './download.js';
import { findModel, fp32Of } from './find-model.js';
import type { OpenReply, RunMessage, Runtime, WebDevice } from './messages.js';
import { type LocalManifest, parseLocalManifest } from './model.js';
import type { ModelAddress } from './model-urls.js';
import { classOfSeed } from './requests.js';
import type { Sampler } from './sampler.js';
import { createWorkerCalls, type WorkerCalls } from './worker-calls.js';

export type { Runtime } from './messages.js';
export type * from './types.js';

/** How far loading is: the bytes of the model, then onnxruntime's own start and the first run. */
export type LoadProgress =
  | { readonly phase: 'model'; readonly loadedBytes: number; readonly totalBytes: number }
  | { readonly phase: 'start' };

/**
 * Where the model is: on a server of Ganvas (`url` its base address), in a model repository of static
 * files (`url` the address of its `ganvas.json`), or in memory.
 */
export type LocalSource =
  | ModelAddress
  | { readonly manifest: Manifest; readonly bytes: Uint8Array<ArrayBuffer> };

export type LocalOptions = LocalSource & {
  /** Default `auto`: WebGPU where a real adapter answers, else WebAssembly. */
  readonly device?: WebDevice | 'auto' | undefined;
  /** Pictures drawn at a time, default 16: progress and abort are between two batches. */
  readonly batchSize?: number | undefined;
  /** Check the model's SHA-256, default true. */
  readonly verify?: boolean | undefined;
  readonly runtime?: Runtime | undefined;
  /** Start the worker, where the bundler does not follow `new URL('./worker.js', import.meta.url)`. */
  readonly createWorker?: (() => Worker) | undefined;
  /** Ends loading: it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: LoadProgress) => void) | undefined;
};

const devicesOf: Readonly<Record<WebDevice | 'auto', readonly WebDevice[]>> = {
  auto: ['webgpu', 'wasm'],
  webgpu: ['webgpu'],
  wasm: ['wasm'],
};

const createOwnWorker = () =>
  new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });

interface Loaded {
  readonly manifest: LocalManifest;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

async function load(options: LocalOptions): Promise<Loaded> {
  const { signal, onProgress, verify = true } = options;
  if ('bytes' in options) {
    const manifest = parseLocalManifest(options.manifest, 'manifest');
    await assertBytes(options.bytes, { ...fp32Of(manifest), verify }, manifest.name);
    // A copy, since the worker takes over the memory that it is given.
    return { manifest, bytes: options.bytes.slice() };
  }
  const { manifest, variant, file } = await findModel(options, signal);
  const onBytes = (loadedBytes: number) =>
    onProgress?.({ phase: 'model', loadedBytes, totalBytes: variant.bytes });
  const bytes = await downloadModel(file, { ...variant, verify, signal, onBytes });
  return { manifest, bytes };
}

type ClassNumbers = readonly (number | undefined)[];

/** Lay latents one after the other: `z` float32 `[count, Z]`. */
function toRun(
  latents: readonly Float32Array[],
  labels: ClassNumbers,
  hasLabels: boolean,
): RunMessage {
  const size = latents[0]?.length ?? 0;
  const z = new Float32Array(latents.length * size);
  for (const [i, latent] of latents.entries()) z.set(latent, i * size);
  return { z, count: latents.length, labels: hasLabels ? (labels as number[]) : undefined };
}

function createEngine(manifest: LocalManifest, calls: WorkerCalls, opened: OpenReply): Engine {
  const { latentSize } = manifest;
  const draw = async (latents: readonly Float32Array[], labels: ClassNumbers): Promise<Drawn> => {
    const message = toRun(latents, labels, manifest.labels !== undefined);
    return { pixels: await calls.call('run', message, [message.z.buffer]), labels };
  };
  return {
    model: manifest,
    ...opened,
    sample({ seed, count, label }) {
      const seeds = Array.from({ length: count }, (_, i) => seed + i);
      const latents = seeds.map((each) => latentFromSeed(each, latentSize));
      return draw(
        latents,
        seeds.map((each) => label ?? classOfSeed(manifest, each)),
      );
    },
    walk({ from, to, frames, method }) {
      const start = latentFromSeed(from.seed, latentSize);
      const end = latentFromSeed(to.seed, latentSize);
      const between = interpolations[method];
      return draw(
        frames.map(({ at }) => between(start, end, at)),
        frames.map(({ label }) => label),
      );
    },
    close: async () => calls.end(),
  };
}

/**
 * Load a model into a worker of this page and sample it there, on the visitor's GPU or CPU.
 * `device` and `refusals` of the sampler say where it runs and why not elsewhere.
 */
export async function createLocalSampler(options: LocalOptions): Promise<Sampler> {
  const { device = 'auto', createWorker = createOwnWorker, signal } = options;
  const batchSize = toBatchSize(options.batchSize);
  const { manifest, bytes } = await load(options);
  signal?.throwIfAborted();
  options.onProgress?.({ phase: 'start' });
  const calls = createWorkerCalls(createWorker());
  const stop = () => calls.end();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const warmUp = toRun(
      [new Float32Array(manifest.latentSize)],
      [0],
      manifest.labels !== undefined,
    );
    const message = { bytes, devices: devicesOf[device], runtime: options.runtime ?? {}, warmUp };
    const opened = await calls.call('open', message, [bytes.buffer]);
    return createSampler(createEngine(manifest, calls, opened), batchSize);
  } catch (error) {
    calls.end();
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}
