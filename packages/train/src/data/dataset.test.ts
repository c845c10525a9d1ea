import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeToyData } from '../testing/toy-data.js';
import { createBatches } from './batches.js';
import { loadDataset, packageFolder } from './dataset.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganvas-data-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('loadDataset', () => {
  it('reads all of MNIST', async () => {
    const train = await loadDataset('mnist');
    expect(train).toMatchObject({ count: 60_000, height: 28, width: 28, channels: 1 });
    expect(train.classes).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    // The first five labels that are published with the set.
    expect([...train.labels.subarray(0, 5)]).toEqual([5, 0, 4, 1, 9]);
    expect(await loadDataset('mnist', 'test')).toMatchObject({ count: 10_000 });
  });

  it('reads a folder of IDX files, compressed or not', async () => {
    await writeToyData(folder, 6);
    const plain = await loadDataset(`idx:${folder}`);
    expect(plain).toMatchObject({ count: 6, height: 8, width: 8, classes: ['0', '1'] });
    const labels = join(folder, 'train-labels-idx1-ubyte');
    await writeFile(
      `${labels}.gz`,
      gzipSync(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 6, 2, 0, 0, 0, 0, 0)),
    );
    await rm(labels);
    expect((await loadDataset(`idx:${folder}`)).classes).toEqual(['0', '1', '2']);
    await writeFile(`${labels}.gz`, 'not gzip');
    await expect(loadDataset(`idx:${folder}`)).rejects.toThrow(
      /train-labels-idx1-ubyte\.gz: not a whole gzip file/,
    );
  });

  it('names the file that is missing, and labels that are too few', async () => {
    await expect(loadDataset(`idx:${folder}`)).rejects.toThrow(/-ubyte: cannot be read/);
    await writeToyData(folder, 6);
    const labels = join(folder, 'train-labels-idx1-ubyte');
    await writeFile(labels, Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 0));
    await expect(loadDataset(`idx:${folder}`)).rejects.toThrow(/expected 6 labels, .* got 1/);
  });

  it.each(['cifar', 'idx', 'idx:', 'mnist:x'])(
    'refuses %s and lists what there is',
    async (source) => {
      await expect(loadDataset(source)).rejects.toThrow(
        `data: expected mnist or idx:<folder>, got "${source}"`,
      );
    },
  );
});

describe('packageFolder', () => {
  it('names the command that installs what is missing', () => {
    expect(() => packageFolder('ganvas-data-that-is-not-there')).toThrow(
      'data: the package ganvas-data-that-is-not-there is not installed: run "npm install ganvas-data-that-is-not-there"',
    );
  });
});

describe('createBatches', () => {
  const dataset = {
    images: Uint8Array.from({ length: 10 }, (_, i) => i),
    labels: Uint8Array.from({ length: 10 }, (_, i) => i),
    count: 10,
    height: 1,
    width: 1,
    channels: 1,
    classes: [],
  };

  it('shows every picture once an epoch, with its own label, in another order each time', () => {
    const batchAt = createBatches(dataset, { batchSize: 5, key: [1, 2] });
    const epochs = [0, 1, 2].map((epoch) => [
      ...batchAt(2 * epoch).labels,
      ...batchAt(2 * epoch + 1).labels,
    ]);
    for (const labels of epochs) {
      expect([...labels].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
    expect(new Set(epochs.map(String)).size).toBe(3);
    const { images, labels } = batchAt(0);
    expect([...images]).toEqual([...labels].map((label) => Math.fround(label / 127.5 - 1)));
  });

  it('gives the same batch without those before it, across the end of an epoch', () => {
    const one = createBatches(dataset, { batchSize: 3, key: [1, 2] });
    const all = Array.from({ length: 12 }, (_, i) => one(i));
    const other = createBatches(dataset, { batchSize: 3, key: [1, 2] });
    for (const index of [11, 3, 7]) expect(other(index)).toEqual(all[index]);
  });
});
