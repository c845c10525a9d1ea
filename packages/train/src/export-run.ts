import { basename } from 'node:path';
import { type ExportOptions, exportModel } from '@ganvas/export';
import { assertSameState } from './assert-same-state.js';
import { assignNumbers } from './assign-numbers.js';
import { buildFor } from './build-for.js';
import { familyOf } from './families/index.js';
import { type ExportedModel, measureNormChange } from './norm-change.js';
import { checkpointFile, readLastCheckpoint } from './run-folder.js';

export interface ExportRunOptions {
  /** The model's folder: `<repository>/<name>`. */
  readonly to: string;
  /** SPDX name of the model's licence. */
  readonly license?: string;
  /** Measures of quality to write into a manifest, by name, by the suffix of the model ('' for the first). */
  readonly metrics?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Store weights as fp16, which halves the file; all is computed in float32. */
  readonly weights?: 'fp16';
  /** Called after each comparison with tfjs, which takes most of the time. */
  readonly onProgress?: NonNullable<ExportOptions['onProgress']>;
}

/** A data source as the manifest names it: without the folders of the machine that it lay on. */
const publicName = (data: string): string => {
  const [kind, ...path] = data.split(':');
  return path.length === 0 ? data : `${kind}:${basename(path.join(':'))}`;
};

/**
 * Export what the last checkpoint of a run holds: the average generator of a GAN, the generator of a translator, both
 * directions of CycleGAN (the second as `<to>-back`).
 * Throws when the checkpoint is damaged or a model differs from tfjs, and does not write that model.
 *
 * @returns the models, the first as `to`
 */
export async function exportRun(
  run: string,
  { to, license, metrics = {}, ...rest }: ExportRunOptions,
): Promise<ExportedModel[]> {
  const { config, step, tensors } = await readLastCheckpoint(run);
  const training = buildFor(config);
  const { recipe, data, batchSize, seed } = config;
  try {
    assertSameState(checkpointFile(run, step), tensors, training.state);
    assignNumbers(training.state, tensors);
    const exported: ExportedModel[] = [];
    for (const part of familyOf(recipe).exportsOf(config, training)) {
      const { suffix, run: translate, runByBatch: _, description, ...traced } = part;
      const normChange = await measureNormChange(config, part);
      const model = await exportModel(translate, {
        ...traced,
        ...rest,
        to: `${to}${suffix}`,
        description: {
          ...description,
          training: {
            objective: recipe,
            data: publicName(data),
            steps: step,
            batchSize,
            seed,
            metrics: { ...metrics[suffix] },
          },
          license: license ?? 'UNLICENSED',
        },
      });
      exported.push({ ...model, ...(normChange && { normChange }) });
    }
    return exported;
  } finally {
    training.dispose();
  }
}
