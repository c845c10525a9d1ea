import { basename } from 'node:path';
import { labelFromSeed, latentFromSeed } from '@ganvas/core';
import { type DynamicInput, type Exported, exportModel, type Feed } from '@ganvas/export';
import { assertSameState } from './assert-same-state.js';
import { assignNumbers } from './assign-numbers.js';
import { buildFor } from './build-for.js';
import { recipes } from './recipes.js';
import { checkpointFile, readLastCheckpoint } from './run-folder.js';

export interface ExportRunOptions {
  /** The model's folder: `<repository>/<name>`. */
  readonly to: string;
  /** SPDX name of the model's licence. */
  readonly license?: string;
  /** Measures of quality to write into the manifest, by name. */
  readonly metrics?: Readonly<Record<string, number>>;
}

/** A data source as the manifest names it: without the folders of the machine that it lay on. */
const publicName = (data: string): string => {
  const [kind, ...path] = data.split(':');
  return path.length === 0 ? data : `${kind}:${basename(path.join(':'))}`;
};

/**
 * Export the average generator of a run's last checkpoint: `z` float32 `[N, latentSize]` and, if it is
 * conditional, `label` int64 `[N]` -> `image` float32 `[N, C, H, W]` in [-1, 1].
 * Throws, and writes nothing, when the checkpoint is damaged or the model differs from tfjs.
 */
export async function exportRun(run: string, options: ExportRunOptions): Promise<Exported> {
  const { config, step, tensors } = await readLastCheckpoint(run);
  const gan = buildFor(config);
  try {
    assertSameState(checkpointFile(run, step), tensors, gan.state);
    assignNumbers(gan.state, tensors);
    const { latentSize } = recipes[config.recipe];
    const classCount = config.classes?.length;
    const inputs: Record<string, DynamicInput> = {
      z: { shape: ['N', latentSize], dtype: 'float32' },
      ...(classCount ? { label: { shape: ['N'], dtype: 'int64' } } : {}),
    };
    const feed: Feed = (batch) => {
      const seeds = Array.from({ length: batch }, (_, i) => 100 * batch + i);
      const z = Float32Array.from(seeds.flatMap((seed) => [...latentFromSeed(seed, latentSize)]));
      const label = Int32Array.from(seeds, (seed) => labelFromSeed(seed, classCount ?? 1));
      return { z, label };
    };
    const { width, height, channels, seed, batchSize, data, recipe } = config;
    return await exportModel(gan.steps.sample.run, {
      to: options.to,
      inputs,
      feed,
      description: {
        task: 'sample',
        latentSize,
        ...(config.classes ? { labels: config.classes } : {}),
        image: { width, height, channels: channels as 1 | 3 | 4, range: [-1, 1] },
        training: {
          objective: recipe,
          data: publicName(data),
          steps: step,
          batchSize,
          seed,
          metrics: { ...options.metrics },
        },
        license: options.license ?? 'UNLICENSED',
      },
    });
  } finally {
    gan.dispose();
  }
}
