import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromBytes } from '@ganvas/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportRun } from '../export-run.js';
import type { TrainEvent, TrainOptions } from '../options.js';
import { readLastCheckpoint } from '../run-folder.js';
import { paintToy, type ToyShape, toyShapes, writeToyPictures } from '../testing/toy-pictures.js';
import { distanceOf, translateRun } from '../testing/translate-run.js';
import { train } from '../train.js';

const size = 16;
/** Blue shapes on white, and yellow ones on green. */
const domains = {
  A: { shape: [40, 40, 120], ground: [255, 255, 255] },
  B: { shape: [250, 220, 40], ground: [20, 90, 60] },
} as const;
const testShapes = toyShapes(3, 12, size);
const paint = (shapes: readonly ToyShape[], domain: keyof typeof domains): Uint8Array[] =>
  shapes.map((shape) => paintToy(shape, size, domains[domain]));

let folder: string;
let options: TrainOptions;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganvas-cycle-'));
  const data = join(folder, 'data');
  // No shape is in both domains.
  await writeToyPictures(join(data, 'trainA'), size, paint(toyShapes(1, 60, size), 'A'));
  await writeToyPictures(join(data, 'trainB'), size, paint(toyShapes(2, 60, size), 'B'));
  await writeToyPictures(join(data, 'testA'), size, paint(testShapes, 'A'));
  await writeToyPictures(join(data, 'testB'), size, paint(testShapes, 'B'));
  options = {
    recipe: 'cyclegan',
    data: `unpaired:${data}`,
    out: join(folder, 'run'),
    generator: 'unet',
    baseChannels: 12,
    discriminatorChannels: 16,
    patch: '16',
    size: { width: size, height: size },
    steps: 6,
    seed: 1,
    device: 'cpu',
    threads: 1,
  };
});
afterAll(() => rm(folder, { recursive: true }));

/** Pictures one after the other, in [-1, 1]. */
const valuesOf = (pictures: readonly Uint8Array[]): Float32Array =>
  fromBytes(Uint8Array.from(pictures.flatMap((picture) => [...picture])));

describe('cyclegan', () => {
  it('learns to translate both ways without having seen a pair', async () => {
    const out = join(folder, 'long');
    await train({ ...options, out, steps: 400 });
    const [a, b] = [valuesOf(paint(testShapes, 'A')), valuesOf(paint(testShapes, 'B'))];
    const translate = (sources: Float32Array, part: string) =>
      translateRun(out, sources, { count: testShapes.length, part });
    const madeB = await translate(a, '');
    const madeA = await translate(b, '-back');
    const copied = distanceOf(a, b);
    expect(copied).toBeGreaterThan(1);
    // The hidden truth: the same shapes in the other domain's colors.
    expect(distanceOf(madeB, b)).toBeLessThan(0.65 * copied);
    expect(distanceOf(madeA, a)).toBeLessThan(0.65 * copied);
    expect(distanceOf(await translate(madeB, '-back'), a)).toBeLessThan(0.4);
  });

  it('ends with the same weights and pools, to the bit, whether it was stopped or not', async () => {
    const parts = { ...options, out: join(folder, 'parts') };
    await train(options);
    const controller = new AbortController();
    const onEvent = (event: TrainEvent) => {
      if (event.type === 'step' && event.step === 3) controller.abort();
    };
    await train({ ...parts, onEvent, signal: controller.signal });
    await train({ ...parts, resume: true });
    const [whole, resumed] = [
      await readLastCheckpoint(options.out),
      await readLastCheckpoint(parts.out),
    ];
    expect(Object.keys(whole.tensors)).toEqual(expect.arrayContaining(['poolA', 'poolB']));
    for (const [name, { data }] of Object.entries(whole.tensors)) {
      const other = resumed.tensors[name]?.data as Float32Array;
      expect(Buffer.from(other.buffer).equals(Buffer.from(data.buffer)), name).toBe(true);
    }
    // Six pictures of fifty.
    const filled = whole.tensors['poolA']?.data.filter((x) => x !== 0).length as number;
    expect(Math.ceil(filled / (size * size * 3))).toBe(6);
  });

  it('draws a sheet, and exports a model for each direction', async () => {
    const out = join(folder, 'short');
    const names: string[] = [];
    await train({
      ...options,
      out,
      steps: 1,
      onEvent: (event) => {
        if (event.type === 'step') names.push(...Object.keys(event.losses));
      },
    });
    expect(names).toEqual(
      expect.arrayContaining([
        'adversarialAtoB',
        'adversarialBtoA',
        'cycleA',
        'cycleB',
        'identityA',
        'identityB',
        'discriminatorALoss',
        'discriminatorBLoss',
      ]),
    );
    expect(await readdir(join(out, 'samples'))).toEqual(['000000.png', '000001.png']);
    const exported = await exportRun(out, { to: join(folder, 'models', 'toy'), license: 'MIT' });
    expect(exported.map(({ manifest }) => manifest.name)).toEqual(['toy', 'toy-back']);
    const [there, back] = exported.map(({ manifest }) => manifest);
    expect(there?.source).toEqual({ channels: 3, encoding: 'picture' });
    expect(there?.variants[0]?.sha256).not.toBe(back?.variants[0]?.sha256);
  });

  it('refuses a batch larger than its pools', async () => {
    const tooMany = { ...options, out: join(folder, 'none'), batchSize: 51 };
    await expect(train(tooMany)).rejects.toThrow(
      'batchSize: expected at most 50, the pictures that a history pool holds, got 51',
    );
  });
});
