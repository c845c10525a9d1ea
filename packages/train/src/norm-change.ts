import { InputError } from '@ganvas/core';
import type { Exported } from '@ganvas/export';
import { compile } from './compile.js';
import type { ExportPart } from './families/family.js';
import { familyOf } from './families/index.js';
import type { RunChoices, RunConfig } from './run-config.js';
import type { Step } from './step.js';

/**
 * How a picture changes because a batch norm takes its running statistics, as the exported model does, and not those of
 * the pictures themselves, as in training: absolute differences in [-1, 1] over test pictures. Or why it is not known.
 */
export type NormChange =
  | { readonly maxAbsDifference: number; readonly meanAbsDifference: number }
  | { readonly unknown: string };

/** The choices that make a configuration again. */
const choicesOf = ({
  translator,
  width,
  height,
  recipe,
  data,
  seed,
  batchSize,
}: RunConfig): RunChoices => {
  const { source: _, scale: __, ...networks } = translator ?? {};
  return { recipe, data, seed, batchSize, size: { width, height }, ...networks };
};

/** Test pictures of a run's data; a sentence where they cannot be had. */
async function loadExamples(config: RunConfig, suffix: string): Promise<Float32Array | string> {
  try {
    const { examples } = await familyOf(config.recipe).prepare(choicesOf(config), {});
    return examples?.[suffix] ?? 'the recipe has no test pictures';
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}

/** Measure what batch norms change, for a part that has any. */
export async function measureNormChange(
  config: RunConfig,
  { run, runByBatch, suffix, description }: ExportPart,
): Promise<NormChange | undefined> {
  const { source, image } = description;
  if (!runByBatch || !source) return undefined;
  const pictures = await loadExamples(config, suffix);
  if (typeof pictures === 'string') return { unknown: pictures };
  const scale = image.scale ?? 1;
  const [height, width] = [image.height / scale, image.width / scale];
  const size = height * width * source.channels;
  // A batch of training, or all there are where they are fewer.
  const count = Math.min(config.batchSize, pictures.length / size);
  const inputs = {
    source: { shape: [count, height, width, source.channels], dtype: 'float32' },
  } as const;
  const draw = async (step: Step['run']): Promise<number[]> => {
    const compiled = await compile(step, { inputs, device: 'cpu' });
    const numbers: number[] = [];
    try {
      for (let at = 0; at + count * size <= pictures.length; at += count * size) {
        const batch = pictures.slice(at, at + count * size);
        const { image: drawn } = await compiled.run({ source: batch });
        for (const value of drawn?.data ?? []) numbers.push(value);
      }
      return numbers;
    } finally {
      await compiled.dispose();
    }
  };
  const [running, own] = [await draw(run), await draw(runByBatch)];
  const differences = Float64Array.from(running, (x, i) => Math.abs(x - (own[i] as number)));
  return {
    maxAbsDifference: differences.reduce((a, b) => Math.max(a, b), 0),
    meanAbsDifference: differences.reduce((a, b) => a + b, 0) / differences.length,
  };
}

/** A model that a run gave. */
export interface ExportedModel extends Exported {
  /** Where it has batch norms. */
  readonly normChange?: NormChange;
}
