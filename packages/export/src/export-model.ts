import type { Manifest, ModelDescription } from '@ganvas/core';
import { compileDynamic, type DynamicInput } from './dynamic-batch.js';
import { opset } from './model.js';
import { type Feed, measureParity, type Parity } from './parity.js';
import { modelNameOf, nextVersion, writeModel } from './repository.js';
import type { Tensors } from './trace.js';

/** Largest difference from tfjs at which a model is still written. */
export const parityLimit = 1e-5;

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
  const compile = (metadata: Record<string, string>) =>
    compileDynamic(fn, { name, inputs, metadata });
  const plain = compile({});
  const description: ModelDescription = {
    schemaVersion: 1,
    name,
    version,
    ...options.description,
    inputs: plain.inputs.map(({ name: input, dtype, shape }) => ({
      name: input,
      dtype: dtype === 'int64' ? 'int64' : 'float32',
      shape: [...shape],
    })),
    outputs: plain.outputs.map(({ name: output, shape }) => ({
      name: output,
      dtype: 'float32',
      shape: [...shape],
    })),
    opset,
  };
  const { bytes } = compile({ ganvas: JSON.stringify(description) });
  const parity = await measureParity(bytes, fn, { inputs, feed });
  const worst = Math.max(...parity.map(({ maxAbsDifference }) => maxAbsDifference));
  if (worst > parityLimit) {
    throw new Error(
      `export: expected the model within ${parityLimit} of tfjs, got a difference of ${worst}; nothing was written`,
    );
  }
  return { dir: to, manifest: await writeModel(to, description, bytes), parity };
}
