import { type NodeDevice, type Pixels, pictureAt, sourceSizeOf, toGrid } from '@ganvas/core';
import { decodePicture } from './decode-picture.js';
import type { Model } from './model.js';
import { encodePng } from './png.js';
import type { Jobs, Rendered, SampleJob, TranslateJob } from './renderer.js';
import { createSampler } from './sampler.js';
import type { SessionOptions } from './session.js';
import { createTranslator } from './translator.js';

/** What came of a job, before anything is known of how long it waited. */
export type Done = Omit<Rendered, 'queueMs'>;

/** A model that is ready for jobs of its task. */
export interface Opened<Job> {
  readonly device: NodeDevice;
  run(job: Job, signal: AbortSignal | undefined): Promise<Done>;
  dispose(): Promise<void>;
}

interface Task<Job> {
  open(model: Model, options: SessionOptions): Promise<Opened<Job>>;
  /** A job that does once what every other will do, so that none is the first. */
  buildWarmUp(model: Model): Promise<Job>;
}

function toPictures(pixels: Pixels, columns: number | undefined): Pixels[] {
  if (columns !== undefined) return [toGrid(pixels, columns)];
  return Array.from({ length: pixels.count }, (_, i) => pictureAt(pixels, i));
}

async function openSampler(model: Model, options: SessionOptions): Promise<Opened<SampleJob>> {
  const { device, sample, dispose } = await createSampler(model, options);
  return {
    device,
    dispose,
    async run({ places, labels, columns }) {
      const start = performance.now();
      const drawn = toPictures(await sample({ places, ...(labels && { labels }) }), columns);
      const inferred = performance.now();
      const pictures = await Promise.all(drawn.map(encodePng));
      const { width, height } = drawn[0] as Pixels;
      const encodeMs = performance.now() - inferred;
      return { pictures, width, height, device, inferMs: inferred - start, encodeMs };
    },
  };
}

async function openTranslator(
  model: Model,
  options: SessionOptions,
): Promise<Opened<TranslateJob>> {
  const { device, translate, dispose } = await createTranslator(model, options);
  const { scale = 1 } = model.manifest.image;
  return {
    device,
    dispose,
    async run({ picture, maxPixels }, signal) {
      const start = performance.now();
      const source = await decodePicture(picture, {
        maxPixels: Math.floor(maxPixels / scale ** 2),
      });
      const decoded = performance.now();
      const pixels = await translate(source, signal && { signal });
      const inferred = performance.now();
      const pictures = [await encodePng(pixels)];
      const encodeMs = performance.now() - inferred;
      const [decodeMs, inferMs] = [decoded - start, inferred - decoded];
      const { width, height } = pixels;
      return { pictures, width, height, device, decodeMs, inferMs, encodeMs };
    },
  };
}

/** A clear picture of the size that the model learned to take: white to most, all hole to one that fills in. */
async function buildTranslation({ manifest }: Model): Promise<TranslateJob> {
  const { image } = manifest;
  const { width, height } = sourceSizeOf(image);
  const data = new Uint8Array(width * height * 4);
  const picture = await encodePng({ data, count: 1, width, height, channels: 4 });
  const maxPixels = image.width * image.height;
  return { task: 'translate', model: manifest.name, picture, maxPixels };
}

/** How each task is done. */
export const tasks: { readonly [Name in keyof Jobs]: Task<Jobs[Name]> } = {
  sample: {
    open: openSampler,
    buildWarmUp: async ({ manifest }) => ({
      task: 'sample',
      model: manifest.name,
      places: [0],
    }),
  },
  translate: { open: openTranslator, buildWarmUp: buildTranslation },
};
