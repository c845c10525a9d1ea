import { type NodeDevice, type Pixels, pictureAt, toGrid } from '@ganvas/core';
import { createJobQueue, type QueuedJob } from './job-queue.js';
import type { Model } from './model.js';
import { encodePng } from './png.js';
import { RenderError, type Rendered, type Renderer } from './renderer.js';
import { createSampler, type Sampler } from './sampler.js';

export interface LocalRendererOptions {
  /** Devices to try for each model, by its name. */
  readonly devicesOf: (model: string) => readonly NodeDevice[];
  /** Threads within one operator on a CPU, default 1. */
  readonly threads?: number;
}

export interface LocalRenderer extends Renderer {
  dispose(): Promise<void>;
}

function toPictures(pixels: Pixels, columns: number | undefined): Pixels[] {
  if (columns !== undefined) return [toGrid(pixels, columns)];
  return Array.from({ length: pixels.count }, (_, i) => pictureAt(pixels, i));
}

async function renderWith(sampler: Sampler, { job, since }: QueuedJob): Promise<Rendered> {
  const { places, labels, columns } = job;
  const start = performance.now();
  const pixels = await sampler.sample({ places, ...(labels && { labels }) });
  const inferred = performance.now();
  const pictures = await Promise.all(toPictures(pixels, columns).map(encodePng));
  const encodeMs = performance.now() - inferred;
  const { device } = sampler;
  return { pictures, device, inferMs: inferred - start, encodeMs, queueMs: start - since };
}

async function openAll(models: readonly Model[], options: LocalRendererOptions) {
  const { devicesOf, threads = 1 } = options;
  const samplers = new Map<string, Sampler>();
  for (const model of models) {
    const { name } = model.manifest;
    samplers.set(name, await createSampler(model, { devices: devicesOf(name), threads }));
  }
  return samplers;
}

/** Open and warm up every model in this process; no image is drawn for the first time by a request. */
export async function createLocalRenderer(
  models: readonly Model[],
  options: LocalRendererOptions,
): Promise<LocalRenderer> {
  const samplers = await openAll(models, options);
  const queue = createJobQueue(Number.POSITIVE_INFINITY, dispatch);
  let isBusy = false;

  function dispatch(): void {
    const queued = isBusy ? undefined : queue.take();
    if (queued !== undefined) void work(queued);
  }

  async function work(queued: QueuedJob): Promise<void> {
    isBusy = true;
    const sampler = samplers.get(queued.job.model);
    try {
      if (sampler === undefined) throw new RenderError('failed', `${queued.job.model}: not loaded`);
      queued.resolve(await renderWith(sampler, queued));
    } catch (error) {
      queued.reject(error as Error);
    }
    isBusy = false;
    dispatch();
  }

  const renderer: LocalRenderer = {
    state: 'ready',
    deviceOf: (model) => samplers.get(model)?.device,
    render: (job, { signal } = {}) => queue.push(job, signal),
    async dispose() {
      for (const sampler of samplers.values()) await sampler.dispose();
    },
  };
  for (const { manifest } of models) await renderer.render({ model: manifest.name, places: [0] });
  return renderer;
}
