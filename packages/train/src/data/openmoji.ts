import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '@ganvas/core';
import sharp from 'sharp';
import { z } from 'zod';
import { concurrently } from './concurrently.js';
import { packageFolder } from './dataset.js';
import type { LoadOptions, Pairs, Pictures } from './pictures.js';
import { splitOf } from './split.js';

/** The two drawings of each symbol: its outline, and the same in color. */
type Drawing = 'black' | 'color';

const symbolsSchema = z.array(
  z.object({
    hexcode: z.string(),
    group: z.string(),
    subgroups: z.string(),
    skintone: z.union([z.string(), z.number()]),
  }),
);
type Symbol = z.infer<typeof symbolsSchema>[number];

/** The side of OpenMoji's drawings in their own units, at which they are compared. */
const ownSide = 72;

/** Differences up to this many levels of 255 are of the renderer, not of the drawing. */
const tolerance = 8;

const isWanted = ({ group, subgroups, skintone }: Symbol): boolean =>
  skintone === '' &&
  group !== 'extras-openmoji' &&
  group !== 'flags' &&
  !subgroups.endsWith('flag');

async function readSymbols(folder: string): Promise<string[]> {
  const path = join(folder, 'data', 'openmoji.json');
  const parsed = symbolsSchema.safeParse(JSON.parse(await readFile(path, 'utf8')));
  if (!parsed.success) {
    throw new InputError(
      `${path}: expected the symbols of openmoji 17, got ${z.prettifyError(parsed.error)}`,
    );
  }
  return parsed.data.filter(isWanted).map(({ hexcode }) => hexcode);
}

/** Draw an SVG file on white, as large as fits: uint8 `[height, width, 3]`. */
async function render(path: string, width: number, height: number): Promise<Uint8Array> {
  // A unit of a drawing is a pixel at 72 dots an inch: drawn at the size, not scaled to it.
  return sharp(path, { density: (72 * Math.min(width, height)) / ownSide })
    .resize(width, height, { fit: 'contain', background: '#fff' })
    .flatten({ background: '#fff' })
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer();
}

const pathOf = (folder: string, drawing: Drawing, name: string): string =>
  join(folder, drawing, 'svg', `${name}.svg`);

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.every((value, i) => Math.abs(value - (b[i] as number)) <= tolerance);
}

/**
 * Choose the symbols to learn from: no flags, no skin tones (each repeats a symbol), none that its
 * color leaves as it was, and no outline twice (what would its color be?). Of equal outlines the
 * first in OpenMoji's order stays. They are compared at one size, so that the choice is the same at any.
 */
async function chooseSymbols(
  folder: string,
  options: Pick<LoadOptions, 'signal'>,
): Promise<string[]> {
  const names = await readSymbols(folder);
  const drawn = await concurrently(
    names,
    async (name) => {
      const [black, color] = await Promise.all([
        render(pathOf(folder, 'black', name), ownSide, ownSide),
        render(pathOf(folder, 'color', name), ownSide, ownSide),
      ]);
      return { name, outline: Buffer.from(black).toString('latin1'), same: isSame(black, color) };
    },
    options,
  );
  const seen = new Set<string>();
  return drawn
    .filter(({ outline, same }) => !same && !seen.has(outline) && seen.add(outline))
    .map(({ name }) => name);
}

async function renderAll(
  folder: string,
  names: readonly string[],
  { drawing, width, height, ...options }: LoadOptions & { drawing: Drawing },
): Promise<Pictures> {
  const size = width * height * 3;
  const data = new Uint8Array(names.length * size);
  await concurrently(
    names,
    async (name, i) =>
      data.set(await render(pathOf(folder, drawing, name), width, height), i * size),
    options,
  );
  return { names, count: names.length, width, height, channels: 3, data };
}

/** Load OpenMoji's outlines and their colors, drawn on white at the asked size, 3 channels each. */
export async function loadOpenmoji(options: LoadOptions): Promise<Pairs> {
  const folder = packageFolder('openmoji');
  const chosen = await chooseSymbols(folder, options);
  const names = chosen.filter((name) => splitOf(name) === options.split);
  return {
    source: 'openmoji',
    input: await renderAll(folder, names, { ...options, drawing: 'black' }),
    target: await renderAll(folder, names, { ...options, drawing: 'color' }),
  };
}
