import { assignNumbers } from '../assign-numbers.js';
import { buildFor } from '../build-for.js';
import { compile } from '../compile.js';
import { familyOf } from '../families/index.js';
import { readLastCheckpoint } from '../run-folder.js';

/**
 * Translate by what a run has learned, without a file in between.
 *
 * @param sources float32 `[count, H, W, C]`, H and W those that the run learned on
 * @param options.part which of the run's models, by its suffix
 * @returns float32 `[count, H, W, C]` in [-1, 1]
 */
export async function translateRun(
  run: string,
  sources: Float32Array,
  { count, part: suffix = '' }: { count: number; part?: string },
): Promise<Float32Array> {
  const { config, tensors } = await readLastCheckpoint(run);
  const training = buildFor(config);
  assignNumbers(training.state, tensors);
  const part = familyOf(config.recipe)
    .exportsOf(config, training)
    .find((each) => each.suffix === suffix);
  if (!part || !config.translator) throw new Error(`${run}: no translator "${suffix}"`);
  const { source: taken, scale } = config.translator;
  const shape = [count, config.height / scale, config.width / scale, taken.channels];
  const inputs = { source: { shape, dtype: 'float32' } } as const;
  const translate = await compile(part.run, { inputs, device: 'cpu' });
  const { image } = await translate.run({ source: sources });
  await translate.dispose();
  training.dispose();
  return image?.data as Float32Array;
}

/** Mean absolute difference of pictures. */
export const distanceOf = (x: Float32Array, y: Float32Array): number =>
  x.reduce((sum, value, i) => sum + Math.abs(value - (y[i] as number)), 0) / x.length;
