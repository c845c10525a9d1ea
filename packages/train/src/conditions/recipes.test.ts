import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromBytes } from '@ganvas/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TrainOptions } from '../options.js';
import { paintToy, type ToyShape, toyShapes, writeToyPictures } from '../testing/toy-pictures.js';
import { distanceOf, translateRun } from '../testing/translate-run.js';
import { train } from '../train.js';
import { derivations } from './derivations.js';

const size = 16;
const shapes = { train: toyShapes(1, 120, size), test: toyShapes(2, 16, size) };
const count = shapes.test.length;
const shape = { count, height: size, width: size, channels: 3 };

/** Discs are red and squares blue, of one grey: what a shape is tells its color. */
const paint = (toy: ToyShape): Uint8Array =>
  paintToy(toy, size, {
    shape: toy.isRound ? [200, 40, 40] : [40, 80, 255],
    ground: [235, 215, 90],
  });
/** A map of what is where. */
const paintMap = (toy: ToyShape): Uint8Array =>
  paintToy(toy, size, { shape: toy.isRound ? [0, 255, 0] : [255, 0, 255], ground: [0, 0, 0] });

/** Pictures one after the other, in [-1, 1]. */
const valuesOf = (pictures: readonly Uint8Array[]): Float32Array =>
  fromBytes(Uint8Array.from(pictures.flatMap((picture) => [...picture])));
const truth = valuesOf(shapes.test.map(paint));

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganvas-conditions-'));
  for (const split of ['train', 'test'] as const) {
    const pictures = shapes[split].map(paint);
    await writeToyPictures(join(folder, 'pictures', split), size, pictures);
    await writeToyPictures(join(folder, 'pairs', split, 'A'), size, shapes[split].map(paintMap));
    await writeToyPictures(join(folder, 'pairs', split, 'B'), size, pictures);
  }
});
afterAll(() => rm(folder, { recursive: true }));

/** Train a recipe, and translate test sources by what it learned. */
async function learn(
  options: Pick<TrainOptions, 'recipe' | 'steps'>,
  sources: Float32Array,
): Promise<Float32Array> {
  const out = join(folder, options.recipe);
  const isUpscale = options.recipe.startsWith('upscale');
  const isPairs = options.recipe === 'label-to-image';
  await train({
    ...options,
    out,
    data: isPairs ? `pairs:${join(folder, 'pairs')}` : `folder:${join(folder, 'pictures')}`,
    size: { width: size, height: size },
    baseChannels: isUpscale ? 32 : 16,
    discriminatorChannels: 8,
    patch: '16',
    batchSize: 4,
    seed: 3,
    device: 'cpu',
    threads: 1,
  });
  return translateRun(out, sources, { count });
}

const sourcesOf = (name: keyof typeof derivations): Float32Array =>
  derivations[name].derive(truth, shape, [5, 6]);

/** Each pixel `scale` times in each direction. */
function enlarge(pictures: Float32Array, scale: number): Float32Array {
  const side = size / scale;
  return Float32Array.from({ length: count * size * size * 3 }, (_, i) => {
    const [c, x, row] = [i % 3, Math.floor(i / 3) % size, Math.floor(i / 3 / size)];
    return pictures[(Math.floor(row / scale) * side + Math.floor(x / scale)) * 3 + c] as number;
  });
}

describe('the recipe colorize', () => {
  it('learns colors that follow from shapes alone', async () => {
    const gray = sourcesOf('gray');
    const copied = distanceOf(
      truth.map((_, i) => gray[Math.floor(i / 3)] as number),
      truth,
    );
    const made = await learn({ recipe: 'colorize', steps: 200 }, gray);
    expect(distanceOf(made, truth)).toBeLessThan(0.7 * copied);
  });
});

describe('the recipe inpaint', () => {
  it('fills holes with what was there, and keeps the rest to the bit', async () => {
    const masked = sourcesOf('masked');
    const made = await learn({ recipe: 'inpaint', steps: 200 }, masked);
    const fed = truth.map((_, i) => masked[4 * Math.floor(i / 3) + (i % 3)] as number);
    const isHole = (i: number): boolean => masked[4 * Math.floor(i / 3) + 3] === 1;
    expect(made.filter((_, i) => !isHole(i))).toEqual(truth.filter((_, i) => !isHole(i)));
    const holesOf = (pictures: Float32Array) => pictures.filter((_, i) => isHole(i));
    const copied = distanceOf(holesOf(fed), holesOf(truth));
    expect(distanceOf(holesOf(made), holesOf(truth))).toBeLessThan(0.75 * copied);
  });
});

describe.each([
  ['upscale-2x', 'half', 2],
  ['upscale-4x', 'quarter', 4],
] as const)('the recipe %s', (recipe, condition, scale) => {
  it('draws edges that enlarged pixels have not', async () => {
    const small = sourcesOf(condition);
    const made = await learn({ recipe, steps: 400 }, small);
    const copied = distanceOf(enlarge(small, scale), truth);
    expect(distanceOf(made, truth)).toBeLessThan(0.8 * copied);
  });
});

describe('the recipe label-to-image', () => {
  it('paints each class as the pictures have it', async () => {
    const maps = shapes.test.map(paintMap);
    // Classes in the order of their colors as numbers: black, green, magenta.
    const classOf = (red: number, green: number): number => (2 * red + green) / 255;
    const numbers = maps.flatMap((map) =>
      Array.from({ length: size * size }, (_, i) =>
        classOf(map[3 * i] as number, map[3 * i + 1] as number),
      ),
    );
    const oneHot = Float32Array.from({ length: 3 * numbers.length }, (_, i) =>
      numbers[Math.floor(i / 3)] === i % 3 ? 1 : 0,
    );
    const made = await learn({ recipe: 'label-to-image', steps: 100 }, oneHot);
    const copied = distanceOf(valuesOf(maps), truth);
    expect(distanceOf(made, truth)).toBeLessThan(0.4 * copied);
  });
});
