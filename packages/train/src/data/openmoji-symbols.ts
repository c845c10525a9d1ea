import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '@ganvas/core';
import * as z from 'zod';
import { concurrently } from './concurrently.js';
import { draw } from './openmoji-drawings.js';
import type { LoadOptions } from './pictures.js';

const symbolsSchema = z.array(
  z.object({
    hexcode: z.string(),
    group: z.string(),
    subgroups: z.string(),
    skintone: z.union([z.string(), z.number()]),
  }),
);
type OpenmojiSymbol = z.infer<typeof symbolsSchema>[number];

/** The side in pixels at which drawings are compared: that of their own units. */
const comparedAt = 72;

/** Differences up to this many levels of 255 are the renderer's, not the drawing's. */
const tolerance = 8;

/** Flags have colors that no outline tells, skin tones repeat a symbol, and the extras are OpenMoji's own. */
const isWanted = ({ group, subgroups, skintone }: OpenmojiSymbol): boolean =>
  skintone === '' &&
  group !== 'extras-openmoji' &&
  group !== 'flags' &&
  !['subdivision-flag', 'skin-tone'].includes(subgroups);

/**
 * Read what OpenMoji says of all its symbols, in its order. Throws an InputError when it is of another version.
 *
 * @param folder the folder of the package openmoji
 */
export async function readSymbols(folder: string): Promise<OpenmojiSymbol[]> {
  const path = join(folder, 'data', 'openmoji.json');
  const parsed = symbolsSchema.safeParse(JSON.parse(await readFile(path, 'utf8')));
  if (!parsed.success) {
    throw new InputError(
      `${path}: expected the symbols as openmoji 17 lists them: run "npm install openmoji@17"`,
      { cause: parsed.error },
    );
  }
  return parsed.data;
}

const isSame = (a: Uint8Array, b: Uint8Array): boolean =>
  a.every((value, i) => Math.abs(value - (b[i] as number)) <= tolerance);

/**
 * Choose the symbols to learn from: no flags, skin tones or extras, none that its color leaves as it was, and no
 * outline twice (which color would be right?). Of equal outlines the first in OpenMoji's order stays. They are compared
 * at one size, so that the choice is the same whatever size is asked for.
 */
export async function chooseSymbols(
  folder: string,
  options: Pick<LoadOptions, 'onProgress' | 'signal'>,
): Promise<string[]> {
  const size = { width: comparedAt, height: comparedAt };
  const drawn = await concurrently(
    (await readSymbols(folder)).filter(isWanted),
    async ({ hexcode: name }) => {
      const outline = await draw(folder, name, { drawing: 'outline', ...size });
      const color = await draw(folder, name, { drawing: 'color', ...size });
      const key = Buffer.from(outline).toString('latin1');
      return { name, key, same: isSame(outline, color) };
    },
    options,
  );
  const seen = new Set<string>();
  return drawn
    .filter(({ key, same }) => !same && !seen.has(key) && seen.add(key))
    .map(({ name }) => name);
}
