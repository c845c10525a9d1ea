import { type Device, type Pixels, pictureAt, toGrid } from '@ganvas/core';
import type { Model } from './model.js';
import { encodePng } from './png.js';
import { RenderError, type Rendered, type Renderer, type RenderJob } from './renderer.js';
import { createSampler, type Sampler } from './sampler.js';

export interface LocalRendererOptions {
  /** Devices to try for each model, by its name. */
  readonly devicesOf: (model: string) => readonly Device[];
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

async function renderWith(sampler: Sampler, job: RenderJob): Promise<Rendered> {
  const { seeds, labels, columns } = job;
  const start = performance.now();
  const pixels = await sampler.sample({ seeds, ...(labels && { labels }) });
  const inferred = performance.now();
  const pictures = await Promise.all(toPictures(pixels, columns).map(encodePng));
  const encodeMs = performance.now() - inferred;
  return { pictures, device: sampler.device, inferMs: inferred - start, encodeMs, queueMs: 0 };
}

/** Open and warm up every model in this process; no image is drawn for the first time by a request. */
export async function createLocalRenderer(
  models: readonly Model[],
  options: LocalRendererOptions,
): Promise<LocalRenderer> {
  const { devicesOf, threads = 1 } = options;
  const samplers = new Map<string, Sampler>();
  for (const model of models) {
    const { name } = model.manifest;
    const sampler = await createSampler(model, { devices: devicesOf(name), threads });
    await renderWith(sampler, { model: name, seeds: [0] });
    samplers.set(name, sampler);
  }
  return {
    state: 'ready',
    deviceOf: (model) => samplers.get(model)?.device,
    async render(job) {
      const sampler = samplers.get(job.model);
      if (sampler === undefined) throw new RenderError('failed', `${job.model}: not loaded`);
      return renderWith(sampler, job);
    },
    async dispose() {
      for (const sampler of samplers.values()) await sampler.dispose();
    },
  };
}
