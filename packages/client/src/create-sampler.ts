import { type Device, InputError, type Pixels, pictureAt, type Refusal } from '@ganvas/core';
import { createDisposal, orAborted } from './disposal.js';
import { toPicture } from './picture.js';
import { type LatentWalk, type SampleRequest, toSampleRequest, toWalk } from './requests.js';
import type { ModelFacts, Progress, Sampler } from './sampler.js';

/** Pictures as an engine gives them: `pixels` `[N, H, W, C]`, and their classes and files if known. */
export interface Drawn {
  readonly pixels: Pixels;
  readonly labels: readonly (number | undefined)[];
  readonly pngs?: readonly Blob[] | undefined;
}

/** What differs between samplers: how one batch is drawn, and what is left to clean up. */
export interface Engine {
  readonly model: ModelFacts;
  readonly device: Device | undefined;
  readonly refusals: readonly Refusal[];
  sample(batch: SampleRequest, signal: AbortSignal): Promise<Drawn>;
  walk(batch: LatentWalk, signal: AbortSignal): Promise<Drawn>;
  close(): Promise<void>;
}

interface Job<T> {
  readonly total: number;
  readonly batchSize: number;
  readonly signal: AbortSignal;
  readonly onProgress: ((progress: Progress<T>) => void) | undefined;
  readonly draw: (start: number, count: number) => Promise<T[]>;
}

async function inBatches<T>({ total, batchSize, signal, onProgress, draw }: Job<T>): Promise<T[]> {
  const all: T[] = [];
  while (all.length < total) {
    signal.throwIfAborted();
    const count = Math.min(batchSize, total - all.length);
    const pictures = await orAborted(draw(all.length, count), signal);
    all.push(...pictures);
    onProgress?.({ done: all.length, total, pictures });
  }
  return all;
}

const picturesOf = <T extends object>({ pixels, labels, pngs }: Drawn, tag: (i: number) => T) =>
  labels.map((label, i) =>
    toPicture(pictureAt(pixels, i), { tags: { ...tag(i), label }, png: pngs?.[i] }),
  );

/** The pictures of one batch, default 16. Throws an InputError where it is no such number. */
export function toBatchSize(batchSize = 16): number {
  if (Number.isInteger(batchSize) && batchSize >= 1) return batchSize;
  throw new InputError(`batchSize: expected an integer of at least 1, got ${batchSize}`);
}

/** The one flow of every sampler: check, split into batches, draw, report, stop when told to. */
export function createSampler(engine: Engine, batchSize: number): Sampler {
  const { untilDisposed, dispose } = createDisposal('sampler', engine.close);
  return {
    model: engine.model,
    get device() {
      return engine.device;
    },
    get refusals() {
      return engine.refusals;
    },
    async sample({ signal: asked, onProgress, ...options } = {}) {
      const request = toSampleRequest(engine.model, options);
      const signal = untilDisposed(asked);
      const draw = async (start: number, count: number) => {
        const seed = request.seed + start;
        const drawn = await engine.sample({ ...request, seed, count }, signal);
        return picturesOf(drawn, (i) => ({ seed: seed + i }));
      };
      return await inBatches({ total: request.count, batchSize, signal, onProgress, draw });
    },
    async interpolate({ signal: asked, onProgress, ...options }) {
      const walk = toWalk(engine.model, options);
      const signal = untilDisposed(asked);
      const draw = async (start: number, count: number) => {
        const frames = walk.frames.slice(start, start + count);
        const drawn = await engine.walk({ ...walk, frames }, signal);
        return picturesOf(drawn, (i) => ({ at: frames[i]?.at as number }));
      };
      return await inBatches({ total: walk.frames.length, batchSize, signal, onProgress, draw });
    },
    dispose,
  };
}
