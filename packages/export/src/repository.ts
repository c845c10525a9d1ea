import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  InputError,
  type Manifest,
  type ModelDescription,
  modelNamePattern,
  parseManifest,
} from '@ganvas/core';
import writeFileAtomic from 'write-file-atomic';

const manifestName = 'ganvas.json';
const modelName = 'model.onnx';

/** The version that a new export of this model gets: one after the highest there is. */
export async function nextVersion(dir: string): Promise<number> {
  const names = await readdir(dir).catch(() => [] as string[]);
  const versions = names.filter((name) => /^[1-9]\d*$/.test(name)).map(Number);
  return Math.max(0, ...versions) + 1;
}

/** The name of a model: that of its folder. Throws an InputError when it cannot be one. */
export function modelNameOf(dir: string): string {
  const name = basename(dir);
  if (!modelNamePattern.test(name)) {
    throw new InputError(
      `export: expected a model folder named with a-z, 0-9, dot, dash or underscore, got "${name}"`,
    );
  }
  return name;
}

/** Write a file and see it to the disk before its name is used. */
async function writeThrough(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Add a version to the model repository: `<dir>/<version>/model.onnx`, then `<dir>/ganvas.json`, which
 * makes it the current one. Both appear whole or not at all; versions that are there are not touched.
 */
export async function writeModel(
  dir: string,
  description: ModelDescription,
  { bytes, weights }: { bytes: Uint8Array; weights?: 'fp16' | undefined },
): Promise<Manifest> {
  const version = String(description.version);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const file = `${version}/${modelName}`;
  const stored = weights && { weights };
  const variant = { precision: 'fp32', ...stored, file, bytes: bytes.length, sha256 } as const;
  const manifest = parseManifest({ ...description, variants: [variant] }, join(dir, manifestName));
  const unfinished = join(dir, `.unfinished-${randomUUID()}`);
  await mkdir(unfinished, { recursive: true });
  try {
    await writeThrough(join(unfinished, modelName), bytes);
    await rename(unfinished, join(dir, version));
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
  await writeFileAtomic(join(dir, manifestName), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}
