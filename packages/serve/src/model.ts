import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { InputError, type Manifest, type ModelVariant, parseManifest } from '@ganvas/core';

/** A model of a repository on disk, whose file was found to be the one its manifest names. */
export interface Model {
  /** Absolute path of `<repository>/<name>`. */
  readonly dir: string;
  readonly manifest: Manifest;
  /** The variant that is served: fp32. */
  readonly variant: ModelVariant;
  /** Absolute path of the variant's `.onnx`. */
  readonly file: string;
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'ENOENT' || error.code === 'ENOTDIR');

async function readManifest(path: string): Promise<Manifest> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new InputError(
      `${path}: expected a model's manifest, found no file; "ganvas export" writes one`,
      { cause: error },
    );
  }
  try {
    return parseManifest(JSON.parse(text), path);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new InputError(`${path}: expected JSON: ${error.message}`, { cause: error });
  }
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}

async function assertIntact(file: string, variant: ModelVariant): Promise<void> {
  const next = 'export or copy the model again';
  const found = await stat(file).catch((error: unknown) => {
    if (isMissing(error)) throw new InputError(`${file}: no such file; ${next}`, { cause: error });
    throw error;
  });
  if (found.size !== variant.bytes) {
    throw new InputError(
      `${file}: expected ${variant.bytes} bytes as in the manifest, got ${found.size}; ${next}`,
    );
  }
  const digest = await sha256(file);
  if (digest !== variant.sha256) {
    throw new InputError(
      `${file}: expected sha256 ${variant.sha256} as in the manifest, got ${digest}; ${next}`,
    );
  }
}

/**
 * Read a model's manifest and check the size and sha256 of its fp32 file.
 * Throws an InputError that names the file when anything is missing or differs.
 *
 * @param dir `<repository>/<name>`
 */
export async function readModel(dir: string): Promise<Model> {
  const root = resolve(dir);
  const path = join(root, 'ganvas.json');
  const manifest = await readManifest(path);
  const variant = manifest.variants.find(({ precision }) => precision === 'fp32');
  if (variant === undefined) {
    throw new InputError(`${path}: expected an fp32 variant, found none; export the model again`);
  }
  const file = join(root, variant.file);
  await assertIntact(file, variant);
  return { dir: root, manifest, variant, file };
}

function assertOwnNames(models: readonly Model[]): void {
  const dirs = new Map<string, string>();
  for (const { dir, manifest } of models) {
    const first = dirs.get(manifest.name);
    if (first !== undefined) {
      throw new InputError(
        `${dir}: expected a name of its own, got "${manifest.name}" as ${first}`,
      );
    }
    dirs.set(manifest.name, dir);
  }
}

/**
 * Read every model of a repository, `<dir>/<name>/ganvas.json`, in the order of their folders' names.
 * Throws an InputError when there is none.
 */
export async function readRepository(dir: string): Promise<Model[]> {
  const entries = await readdir(dir).catch((error: unknown) => {
    if (isMissing(error)) throw new InputError(`${dir}: no such folder`, { cause: error });
    throw error;
  });
  const isModel = await Promise.all(
    entries.map((entry) =>
      stat(join(dir, entry, 'ganvas.json')).then(
        () => true,
        () => false,
      ),
    ),
  );
  const dirs = entries.filter((_, i) => isModel[i]).sort();
  if (dirs.length === 0) {
    throw new InputError(
      `${dir}: expected models as <name>/ganvas.json, found none; "ganvas export" writes one`,
    );
  }
  const models = await Promise.all(dirs.map((entry) => readModel(join(dir, entry))));
  assertOwnNames(models);
  return models;
}
