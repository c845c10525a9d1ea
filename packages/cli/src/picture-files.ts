import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { InputError, type Pixels, pictureAt, toGrid } from '@ganvas/core';
import { encodePng } from '@ganvas/serve';

/** Where pictures go as they are drawn. */
export interface PictureFiles {
  /** @param pixels uint8 `[N, H, W, C]`, picture i of them drawn from `seeds[i]` */
  add(pixels: Pixels, seeds: readonly number[]): Promise<void>;
  /** Write what is not written yet. Returns the files, as paths that begin as `out` does. */
  close(): Promise<readonly string[]>;
}

export interface PictureFilesOptions {
  /** A file that ends in `.png` holds all pictures in a grid; anything else is a folder. */
  readonly out: string;
  readonly seeds: readonly number[];
  /** Whether files that are there are overwritten. */
  readonly force: boolean;
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

async function namesIn(folder: string): Promise<ReadonlySet<string>> {
  try {
    return new Set(await readdir(folder));
  } catch (error) {
    if (isMissing(error)) return new Set();
    throw error;
  }
}

/** Before anything is drawn: a file that is there is not the price of a typing error. */
async function assertFree(folder: string, names: readonly string[]): Promise<void> {
  const taken = await namesIn(folder);
  const found = taken.size === 0 ? [] : names.filter((name) => taken.has(name));
  const [first] = found;
  if (first === undefined) return;
  const more = found.length === 1 ? '' : ` and ${found.length - 1} more`;
  throw new InputError(
    `${join(folder, first)}${more}: expected no such file, found one; choose another --out, or overwrite with --force`,
  );
}

async function createGridFile({ out, force }: PictureFilesOptions): Promise<PictureFiles> {
  if (!force) await assertFree(dirname(out), [basename(out)]);
  await mkdir(dirname(out), { recursive: true });
  const parts: Pixels[] = [];
  return {
    add: async (pixels) => {
      parts.push(pixels);
    },
    close: async () => {
      const [first] = parts;
      if (first === undefined) return [];
      const count = parts.reduce((sum, part) => sum + part.count, 0);
      const data = Buffer.concat(parts.map((part) => part.data));
      await writeFile(out, await encodePng(toGrid({ ...first, count, data })));
      return [out];
    },
  };
}

async function createFolder({ out, seeds, force }: PictureFilesOptions): Promise<PictureFiles> {
  const nameOf = (seed: number): string => `${seed}.png`;
  if (!force) await assertFree(out, seeds.map(nameOf));
  await mkdir(out, { recursive: true });
  const written: string[] = [];
  return {
    add: async (pixels, drawn) => {
      for (const [i, seed] of drawn.entries()) {
        const file = join(out, nameOf(seed));
        await writeFile(file, await encodePng(pictureAt(pixels, i)));
        written.push(file);
      }
    },
    close: async () => written,
  };
}

/** Whether all pictures go into one grid. */
export const isGridFile = (out: string): boolean => extname(out).toLowerCase() === '.png';

/** Open what `out` names: one file for a grid of all pictures, or a folder of files named by seed. */
export const createPictureFiles = (options: PictureFilesOptions): Promise<PictureFiles> =>
  isGridFile(options.out) ? createGridFile(options) : createFolder(options);
