import { mkdtemp, readFile, rm } from 'node:fs/promises';
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
const white = [255, 255, 255] as const;
/** The same shapes in black, and discs in yellow, squares in blue. */
const sourceOf = (shape: ToyShape) => paintToy(shape, size, { shape: [0, 0, 0], ground: white });
const targetOf = (shape: ToyShape) =>
  paintToy(shape, size, { shape: shape.isRound ? [250, 220, 40] : [30, 60, 200], ground: white });
const testShapes = toyShapes(3, 16, size);

let folder: string;
let options: TrainOptions;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganvas-pix2pix-'));
  const data = join(folder, 'data');
  for (const [part, shapes] of [
    ['train', toyShapes(1, 64, size)],
    ['test', testShapes],
  ] as const) {
    await writeToyPictures(join(data, part, 'A'), size, shapes.map(sourceOf));
    await writeToyPictures(join(data, part, 'B'), size, shapes.map(targetOf));
  }
  options = {
    recipe: 'pix2pix',
    data: `pairs:${data}`,
    out: join(folder, 'run'),
    baseChannels: 8,
    discriminatorChannels: 8,
    patch: '16',
    size: { width: size, height: size },
    batchSize: 4,
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
const lastLosses = async (out: string): Promise<Record<string, number>> => {
  const lines = (await readFile(join(out, 'log.jsonl'), 'utf8')).trimEnd().split('\n');
  return JSON.parse(lines.at(-1) as string);
};

describe('pix2pix', () => {
  it.each([
    {
      adversarial: 'bce',
      norm: 'instance',
      terms: ['discriminatorReal', 'discriminatorGenerated'],
    },
    { adversarial: 'lsgan', norm: 'batch', terms: ['discriminatorReal', 'discriminatorGenerated'] },
    {
      adversarial: 'wgan-gp',
      norm: 'instance',
      terms: ['discriminatorWasserstein', 'discriminatorPenalty'],
    },
  ] as const)('learns colors by $adversarial with the norm $norm', async (choices) => {
    const { terms, ...networks } = choices;
    const out = join(folder, networks.adversarial);
    await train({ ...options, ...networks, out, baseChannels: 16, learningRate: 2e-3, steps: 700 });
    const [sources, truth] = [testShapes.map(sourceOf), testShapes.map(targetOf)].map(valuesOf) as [
      Float32Array,
      Float32Array,
    ];
    const made = await translateRun(out, sources, { count: testShapes.length });
    // Measured: 0.33, 0.48 and 0.37 of what copying gives.
    expect(distanceOf(made, truth)).toBeLessThan(0.7 * distanceOf(sources, truth));
    expect(Object.keys(await lastLosses(out))).toEqual(
      expect.arrayContaining([...terms, 'generatorAdversarial', 'generatorDistance']),
    );
  });

  it('ends with the same weights, to the bit, whether it was stopped or not', async () => {
    const parts = { ...options, out: join(folder, 'parts') };
    await train(options);
    const controller = new AbortController();
    const onEvent = (event: TrainEvent) => {
      if (event.type === 'step' && event.step === 3) controller.abort();
    };
    await train({ ...parts, onEvent, signal: controller.signal });
    await train({ ...parts, resume: true });
    const [a, b] = [await readLastCheckpoint(options.out), await readLastCheckpoint(parts.out)];
    for (const [name, { data }] of Object.entries(a.tensors)) {
      const other = b.tensors[name]?.data as Float32Array;
      expect(Buffer.from(other.buffer).equals(Buffer.from(data.buffer)), name).toBe(true);
    }
  });

  it('exports a model for pictures of any size, without a random node', async () => {
    const to = join(folder, 'models', 'toy');
    const [model] = await exportRun(options.out, { to, weights: 'fp16', license: 'CC0-1.0' });
    expect(model?.manifest).toMatchObject({
      task: 'translate',
      source: { channels: 3, encoding: 'picture' },
      image: { width: size, height: size, channels: 3, sizeMultiple: 16 },
      license: 'CC0-1.0',
    });
    const worst = Math.max(...(model?.parity ?? []).map((each) => each.maxAbsDifference));
    expect(worst).toBeLessThanOrEqual(1e-4);
    const sizes = new Set(model?.parity.map(({ width, height }) => `${width} x ${height}`));
    expect(sizes.size).toBe(3);
    const bytes = await readFile(join(to, model?.manifest.variants[0]?.file as string), 'latin1');
    expect(bytes).not.toMatch(/Random|Dropout|Bernoulli/);
  });

  it("says how a batch norm's running statistics change the picture", async () => {
    const out = join(folder, 'batch');
    await train({ ...options, out, norm: 'batch' });
    const [model] = await exportRun(out, { to: join(folder, 'models', 'batch') });
    const change = model?.normChange;
    expect(change && 'meanAbsDifference' in change && change.meanAbsDifference).toBeGreaterThan(0);
    const [other] = await exportRun(options.out, { to: join(folder, 'models', 'other') });
    expect(other?.normChange).toBeUndefined();
  });

  it('refuses sizes that cannot be halved, before it loads or trains anything', async () => {
    const wrong = { ...options, out: join(folder, 'wrong'), size: { width: 15, height: 16 } };
    await expect(train(wrong)).rejects.toThrow(/size: expected .* 15 x 16/);
  });
});
