import { InputError, type Manifest, type ModelDescription } from '@ganvas/core';
import { compileDynamic, type DynamicInput } from './dynamic-batch.js';
import { type Model, opset, type Port } from './model.js';
import { type Feed, measureParity, type Parity } from './parity.js';
import { modelNameOf, nextVersion, writeModel } from './repository.js';
import type { Tensors } from './trace.js';

/** Largest difference from tfjs at which a model is still written. */
const parityLimit = 1e-5;

/** What the caller knows of a model; the rest follows from the traced graph. */
export type GivenDescription = Omit<
  ModelDescription,
  'schemaVersion' | 'name' | 'version' | 'inputs' | 'outputs' | 'opset'
>;

export interface ExportOptions {
  /** The model's folder: `<repository>/<name>`. */
  readonly to: string;
  readonly inputs: Readonly<Record<string, DynamicInput>>;
  readonly description: GivenDescription;
  /** Numbers for the parity check. */
  readonly feed: Feed;
}

export interface Exported {
  readonly dir: string;
  readonly manifest: Manifest;
  readonly parity: readonly Parity[];
}

/** A port as manifests have it: pictures, latents and scores are float32, labels int64. */
const toTensorDescription = ({ name, dtype, shape }: Port): ModelDescription['inputs'][number] => ({
  name,
  dtype: dtype === 'int64' ? 'int64' : 'float32',
  shape: [...shape],
});

/**
 * Trace a function into an `.onnx` file, compare the two, and add the file to a model repository.
 * Throws, and writes nothing, when any number differs by more than `parityLimit`.
 *
 * @param fn NHWC pictures inside; its inputs and outputs by the names that the model will have
 */
export async function exportModel(
  fn: (inputs: Tensors) => Tensors,
  options: ExportOptions,
): Promise<Exported> {
  const { to, inputs, feed } = options;
  const name = modelNameOf(to);
  const version = await nextVersion(to);
  const describe = (ports: Pick<Model, 'inputs' | 'outputs'>): ModelDescription => ({
    schemaVersion: 1,
    name,
    version,
    ...options.description,
    inputs: ports.inputs.map(toTensorDescription),
    outputs: ports.outputs.map(toTensorDescription),
    opset,
  });
  const model = compileDynamic(fn, {
    name,
    inputs,
    metadata: (ports) => ({ ganvas: JSON.stringify(describe(ports)) }),
  });
  const parity = await measureParity(model.bytes, fn, { inputs, feed });
  const worst = Math.max(...parity.map(({ maxAbsDifference }) => maxAbsDifference));
  if (worst > parityLimit) {
    throw new InputError(
      `export: expected the model within ${parityLimit} of tfjs, got a difference of ${worst}; nothing was written`,
    );
  }
  return { dir: to, manifest: await writeModel(to, describe(model), model.bytes), parity };
}
