import type { Manifest } from '@ganvas/core';
import { assertBytes, downloadModel } from './download.js';
import { findModel, fp32Of } from './find-model.js';
import type { Inputs, OpenReply, Runtime, WebDevice } from './messages.js';
import { type LocalManifests, parseLocalManifest, type Task } from './model.js';
import type { ModelAddress } from './model-urls.js';
import { createWorkerCalls, type WorkerCalls } from './worker-calls.js';

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

/** What loading a model takes. */
export type LoadOptions = LocalSource & {
  /** Default `auto`: WebGPU where a real adapter answers, else WebAssembly. */
  readonly device?: WebDevice | 'auto' | undefined;
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

interface Loaded<T extends Task> {
  readonly manifest: LocalManifests[T];
  readonly bytes: Uint8Array<ArrayBuffer>;
}

async function load<T extends Task>(options: LoadOptions, task: T): Promise<Loaded<T>> {
  const { signal, onProgress, verify = true } = options;
  if ('bytes' in options) {
    const manifest = parseLocalManifest(options.manifest, { task, where: 'manifest' });
    await assertBytes(options.bytes, { ...fp32Of(manifest), verify }, manifest.name);
    // A copy, since the worker takes over the memory that it is given.
    return { manifest, bytes: options.bytes.slice() };
  }
  const { manifest, variant, file } = await findModel(options, { task, signal });
  const onBytes = (loadedBytes: number) =>
    onProgress?.({ phase: 'model', loadedBytes, totalBytes: variant.bytes });
  const bytes = await downloadModel(file, { ...variant, verify, signal, onBytes });
  return { manifest, bytes };
}

/** A model in a worker of its own. */
export interface LocalModel<T extends Task> {
  readonly manifest: LocalManifests[T];
  readonly calls: WorkerCalls;
  readonly opened: OpenReply;
}

/** Load a model of a task into a worker of this page, and run it once on what `toWarmUp` makes. */
export async function loadLocal<T extends Task>(
  options: LoadOptions,
  { task, toWarmUp }: { readonly task: T; toWarmUp(manifest: LocalManifests[T]): Inputs },
): Promise<LocalModel<T>> {
  const { device = 'auto', createWorker = createOwnWorker, signal } = options;
  const { manifest, bytes } = await load(options, task);
  signal?.throwIfAborted();
  options.onProgress?.({ phase: 'start' });
  const calls = createWorkerCalls(createWorker());
  const stop = () => calls.end();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const warmUp = toWarmUp(manifest);
    const message = { bytes, devices: devicesOf[device], runtime: options.runtime ?? {}, warmUp };
    const opened = await calls.call('open', message, { transfer: [bytes.buffer] });
    return { manifest, calls, opened };
  } catch (error) {
    calls.end();
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}
