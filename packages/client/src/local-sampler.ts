import { interpolations, latentFromSeed } from '@ganvas/core';
import { createSampler, type Drawn, type Engine, toBatchSize } from './create-sampler.js';
import { type LoadOptions, type LocalModel, loadLocal } from './load-local.js';
import type { Inputs } from './messages.js';
import { classOfSeed } from './requests.js';
import type { Sampler } from './sampler.js';

export type LocalOptions = LoadOptions & {
  /** Pictures drawn at a time, default 16: progress and abort are between two batches. */
  readonly batchSize?: number | undefined;
};

type ClassNumbers = readonly (number | undefined)[];

/** Lay latents one after the other: `z` float32 `[count, Z]`, and `label` int64 `[count]` if there are classes. */
function toInputs(
  latents: readonly Float32Array[],
  labels: ClassNumbers,
  hasLabels: boolean,
): Inputs {
  const [count, size] = [latents.length, latents[0]?.length ?? 0];
  const z = new Float32Array(count * size);
  for (const [i, latent] of latents.entries()) z.set(latent, i * size);
  return {
    z: { data: z, dims: [count, size] },
    ...(hasLabels && {
      label: { data: BigInt64Array.from(labels as number[], BigInt), dims: [count] },
    }),
  };
}

function createEngine({ manifest, calls, opened }: LocalModel<'sample'>): Engine {
  const { latentSize } = manifest;
  const draw = async (latents: readonly Float32Array[], labels: ClassNumbers): Promise<Drawn> => {
    const inputs = toInputs(latents, labels, manifest.labels !== undefined);
    return { pixels: await calls.call('run', inputs), labels };
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
  const batchSize = toBatchSize(options.batchSize);
  const model = await loadLocal(options, {
    task: 'sample',
    toWarmUp: ({ latentSize, labels }) =>
      toInputs([new Float32Array(latentSize)], [0], labels !== undefined),
  });
  return createSampler(createEngine(model), batchSize);
}
