import {
  InputError,
  type Manifest,
  type ModelDescription,
  parseModelDescription,
} from '@ganvas/core';
import { assertGivesPictures, assertTakesPictures } from './assert-translator.js';
import { comparisons } from './comparisons.js';
import { compileDynamic, type DynamicInputs } from './compile-dynamic.js';
import { type Measured, measureParity, type Progress } from './measure-parity.js';
import { type Model, opset, type Port } from './model.js';
import { narrowWeights } from './narrow-weights.js';
import type { Feed } from './parity.js';
import { modelNameOf, nextVersion, writeModel } from './repository.js';
import type { Tensors } from './trace.js';

/** What the caller knows of a model; the rest follows from the traced graph. */
export type GivenDescription = Omit<
  ModelDescription,
  'schemaVersion' | 'name' | 'version' | 'inputs' | 'outputs' | 'opset'
>;

export interface ExportOptions {
  /** The model's folder: `<repository>/<name>`. */
  readonly to: string;
  /**
   * By name. A translator has `source`: `['N', 'H', 'W', channels]` float32, where `H` and `W` are multiples of
   * `description.image.sizeMultiple`.
   */
  readonly inputs: DynamicInputs;
  readonly description: GivenDescription;
  /** Numbers for the parity check. */
  readonly feed: Feed;
  /** Store weights of 1,024 numbers and more as fp16, which halves the file. All is computed in float32. */
  readonly weights?: 'fp16' | undefined;
  /** Largest difference from tfjs at which the model is still written; default 1e-5, 1e-4 for translators. */
  readonly parityLimit?: number | undefined;
  /** Called after each comparison with tfjs, which takes most of the time. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

export interface Exported extends Measured {
  readonly dir: string;
  readonly manifest: Manifest;
}

/** A port as manifests have it: pictures, latents and scores are float32, labels int64. */
const toTensorDescription = ({ name, dtype, shape }: Port): ModelDescription['inputs'][number] => ({
  name,
  dtype: dtype === 'int64' ? 'int64' : 'float32',
  shape: [...shape],
});

function assertWithin(limit: number, { parity }: Measured): void {
  const [worst] = parity.toSorted((a, b) => b.maxAbsDifference - a.maxAbsDifference);
  if (!worst || worst.maxAbsDifference <= limit) return;
  const { maxAbsDifference, batch, width, height } = worst;
  throw new InputError(
    `export: expected the model within ${limit} of tfjs, got a difference of ${maxAbsDifference} for ${batch} of ${width} x ${height}; nothing was written`,
  );
}

/**
 * Trace a function into an `.onnx` file, compare the two, and add the file to a model repository.
 * Throws, and writes nothing, when any number differs by more than the limit.
 *
 * @param fn NHWC pictures inside; its inputs and outputs by the names that the model will have
 */
export async function exportModel(
  fn: (inputs: Tensors) => Tensors,
  options: ExportOptions,
): Promise<Exported> {
  const { to, inputs, feed, description, weights, onProgress } = options;
  const { limit, runsFor } = comparisons[description.task];
  const name = modelNameOf(to);
  const version = await nextVersion(to);
  if (description.task === 'translate') assertTakesPictures(description, inputs['source']);
  const describe = (ports: Pick<Model, 'inputs' | 'outputs'>): ModelDescription => ({
    schemaVersion: 1,
    name,
    version,
    ...description,
    inputs: ports.inputs.map(toTensorDescription),
    outputs: ports.outputs.map(toTensorDescription),
    opset,
  });
  const model = compileDynamic(fn, {
    name,
    inputs,
    weights,
    sizeMultiple: description.image.sizeMultiple,
    metadata: (ports) => ({ ganvas: JSON.stringify(describe(ports)) }),
  });
  if (description.task === 'translate') assertGivesPictures(description, model.outputs);
  const described = parseModelDescription(describe(model), 'export: description');
  const bytes = weights === 'fp16' ? narrowWeights(model.bytes) : model.bytes;
  const measured = await measureParity(bytes, fn, {
    inputs,
    feed,
    runs: runsFor(description.image),
    rounded: weights === 'fp16' ? model.weights : undefined,
    onProgress,
  });
  assertWithin(options.parityLimit ?? limit, measured);
  return { dir: to, manifest: await writeModel(to, described, { bytes, weights }), ...measured };
}
