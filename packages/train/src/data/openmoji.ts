import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { cached } from './cached.js';
import { concurrently } from './concurrently.js';
import { packageFolder } from './dataset.js';
import { type Drawing, draw } from './openmoji-drawings.js';
import { openmojiPalette } from './openmoji-palette.js';
import { chooseSymbols } from './openmoji-symbols.js';
import {
  allocatePictures,
  type LoadOptions,
  type Pairs,
  type Pictures,
  setPicture,
  type Unpaired,
} from './pictures.js';
import { toClassColors } from './semantic-classes.js';
import { halfOf, splitOf } from './split.js';

/** The package openmoji, and where drawings of it are kept. */
interface Openmoji {
  readonly folder: string;
  /** Path of a file in the cache, with all in its name that a drawing depends on beside `what`. */
  keptAs(what: string): string;
  readonly names: readonly string[];
}

/** To be raised whenever symbols are chosen or drawn in another way. */
const drawnAs = 1;

async function openOpenmoji(options: LoadOptions): Promise<Openmoji> {
  const folder = packageFolder('openmoji');
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const renderer = `sharp-${sharp.versions.sharp}-rsvg-${sharp.versions.rsvg}`;
  const keptAs = (what: string) =>
    join(folder, '..', '.cache', 'ganvas', `openmoji-${version}-${drawnAs}-${renderer}-${what}.gz`);
  const names = await cached(keptAs('symbols'), async () =>
    Buffer.from((await chooseSymbols(folder, options)).join('\n')),
  );
  return {
    folder,
    keptAs,
    names: Buffer.from(names)
      .toString()
      .split('\n')
      .filter((name) => splitOf(name) === options.split),
  };
}

/** Draw symbols, or take them from the cache. */
async function drawAll(
  { folder, keptAs }: Openmoji,
  names: readonly string[],
  { drawing, ...options }: LoadOptions & { drawing: Drawing },
): Promise<Pictures> {
  const { width, height } = options;
  const pictures = allocatePictures(names, options);
  const digest = createHash('sha256').update(names.join()).digest('hex').slice(0, 16);
  const data = await cached(
    keptAs(`${drawing}-${width}x${height}-${digest}`),
    async () => {
      const drawOne = async (name: string, i: number) =>
        setPicture(pictures, i, await draw(folder, name, { drawing, width, height }));
      await concurrently(names, drawOne, options);
      return pictures.data;
    },
    (kept) => kept.length === pictures.data.length,
  );
  return { ...pictures, data };
}

/** Draw several sets, one after another, and tell of their progress as of one. */
async function drawSets(
  openmoji: Openmoji,
  sets: readonly (readonly [drawing: Drawing, names: readonly string[]])[],
  options: LoadOptions,
): Promise<Pictures[]> {
  const total = sets.reduce((sum, [, names]) => sum + names.length, 0);
  const drawn: Pictures[] = [];
  let before = 0;
  for (const [drawing, names] of sets) {
    const onProgress = (done: number) => options.onProgress?.(before + done, total);
    drawn.push(await drawAll(openmoji, names, { ...options, drawing, onProgress }));
    before += names.length;
    options.onProgress?.(before, total);
  }
  return drawn;
}

/** Load OpenMoji's outlines and their colors, drawn on white, 3 channels each. Names are hexcodes. */
export async function loadOpenmojiPairs(_: string, options: LoadOptions): Promise<Pairs> {
  const openmoji = await openOpenmoji(options);
  const { names } = openmoji;
  const sets = [
    ['outline', names],
    ['color', names],
  ] as const;
  const [input, target] = (await drawSets(openmoji, sets, options)) as [Pictures, Pictures];
  return { source: 'openmoji', input, target };
}

/**
 * Load OpenMoji's colored areas without their outlines, as semantic maps, and the drawings that they are of. Every pixel
 * of a map has a color of `openmojiPalette`.
 */
export async function loadOpenmojiLabels(_: string, options: LoadOptions): Promise<Pairs> {
  const openmoji = await openOpenmoji(options);
  const { names } = openmoji;
  const sets = [
    ['areas', names],
    ['color', names],
  ] as const;
  const [areas, target] = (await drawSets(openmoji, sets, options)) as [Pictures, Pictures];
  // A color or two is not of the palette.
  const input = toClassColors(areas, openmojiPalette);
  return { source: 'openmoji-labels', input, target };
}

/**
 * Load outlines (`a`) of one half of OpenMoji's symbols and colors (`b`) of the other, halved by name, with the hidden
 * colors and outlines as truth.
 */
export async function loadOpenmojiUnpaired(_: string, options: LoadOptions): Promise<Unpaired> {
  const openmoji = await openOpenmoji(options);
  const [inA, inB] = (['a', 'b'] as const).map((half) =>
    openmoji.names.filter((name) => halfOf(name) === half),
  ) as [string[], string[]];
  const sets = [
    ['outline', inA],
    ['color', inB],
    ['outline', inB],
    ['color', inA],
  ] as const;
  const drawn = await drawSets(openmoji, sets, options);
  const [a, b, hiddenA, hiddenB] = drawn as [Pictures, Pictures, Pictures, Pictures];
  return { source: 'openmoji', a, b, truth: { a: hiddenA, b: hiddenB } };
}

/** Load OpenMoji's colored drawings. */
export async function loadOpenmojiPictures(_: string, options: LoadOptions): Promise<Pictures> {
  const openmoji = await openOpenmoji(options);
  const [pictures] = await drawSets(openmoji, [['color', openmoji.names]], options);
  return pictures as Pictures;
}
