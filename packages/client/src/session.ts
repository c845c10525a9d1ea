import { openOnFirst, type PixelShape } from '@ganvas/core';
import type { InferenceSession, Tensor } from 'onnxruntime-web/webgpu';
import { assertWebGpu, type Gpu } from './adapter.js';
import type { Inputs, OpenMessage, OpenReply, Runtime, WebDevice } from './messages.js';

/** The parts of onnxruntime-web that are used here. */
type Ort = typeof import('onnxruntime-web/webgpu');

const withoutPeer =
  'onnxruntime-web: expected it beside @ganvas/client: npm install onnxruntime-web, or give runtime.moduleUrl';

async function loadRuntime({ moduleUrl }: Runtime): Promise<Ort> {
  try {
    // Imported when needed: a thread that onnxruntime starts then loads its chunk, not this worker.
    if (moduleUrl === undefined) return await import('onnxruntime-web/webgpu');
    return (await import(/* @vite-ignore */ /* webpackIgnore: true */ moduleUrl)) as Ort;
  } catch (cause) {
    throw new Error(withoutPeer, { cause });
  }
}

function configure({ env }: Ort, { wasmUrl, threads }: Runtime): void {
  const cores = navigator.hardwareConcurrency || 1;
  const wanted = threads ?? Math.min(4, Math.ceil(cores / 2));
  env.logLevel = 'error';
  // Threads share memory, which a page has only behind the isolation headers.
  env.wasm.numThreads = globalThis.crossOriginIsolated ? wanted : 1;
  if (wasmUrl !== undefined)
    env.wasm.wasmPaths = wasmUrl.endsWith('/') ? wasmUrl : { wasm: wasmUrl };
}

const toFeeds = (ort: Ort, inputs: Inputs): Record<string, Tensor> =>
  Object.fromEntries(
    Object.entries(inputs).map(([name, { data, dims }]) => [
      name,
      data instanceof BigInt64Array
        ? new ort.Tensor('int64', data, dims)
        : new ort.Tensor('float32', data, dims),
    ]),
  );

/** What a model makes: float32 `[count, channels, height, width]` in [-1, 1]. */
interface Image extends PixelShape {
  readonly values: Float32Array;
}

async function run(ort: Ort, session: InferenceSession, inputs: Inputs): Promise<Image> {
  const { image } = await session.run(toFeeds(ort, inputs));
  if (image?.type !== 'float32' || image.dims.length !== 4) {
    throw new Error(
      `model: expected an output image, float32 [N, C, H, W], got ${image?.type} [${image?.dims}]`,
    );
  }
  const [count, channels, height, width] = image.dims as [number, number, number, number];
  return { values: image.data as Float32Array, count, channels, height, width };
}

/** One model, ready to run. */
export interface Session extends OpenReply {
  run(inputs: Inputs): Promise<Image>;
}

/**
 * Open a model on the first of its devices that runs once: shaders are compiled by that
 * first run, so the next is as fast as any.
 */
export async function openSession(message: OpenMessage, gpu: Gpu | undefined): Promise<Session> {
  const { bytes, devices, runtime, warmUp } = message;
  const ort = await loadRuntime(runtime);
  configure(ort, runtime);
  const open = async (device: WebDevice) => {
    if (device === 'webgpu') await assertWebGpu(gpu, devices.length === 1);
    const session = await ort.InferenceSession.create(bytes, { executionProviders: [device] });
    try {
      await run(ort, session, warmUp);
    } catch (error) {
      await session.release();
      throw error;
    }
    return session;
  };
  const opened = await openOnFirst(devices, (device) => open(device as WebDevice));
  const { value: session, device, refusals } = opened;
  return { device, refusals, run: (inputs) => run(ort, session, inputs) };
}
