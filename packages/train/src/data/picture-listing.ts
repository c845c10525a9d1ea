import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { InputError } from '@ganvas/core';
import type { Split } from './dataset.js';
import { splitOf } from './split.js';

/** Files with other endings are passed over, and so are those whose names begin with a dot. */
const endings = new Set(['.png', '.jpg', '.jpeg', '.webp', '.gif', '.tif', '.tiff', '.avif']);

/** Pictures by name (the path in their folder without the ending, with `/`): one path each, or more if names are equal. */
export type Listing = ReadonlyMap<string, readonly string[]>;

/** All files of a listing, with the names they have. */
export const filesOf = (listing: Listing): (readonly [name: string, path: string])[] =>
  [...listing].flatMap(([name, paths]) => paths.map((path) => [name, path] as const));

export const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() ?? false;

async function entriesOf(folder: string, recursive: boolean): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true, recursive });
  } catch (error) {
    throw new InputError(`${folder}: expected a folder of pictures, which cannot be read`, {
      cause: error,
    });
  }
}

/** List the pictures of a folder, ordered by name in code units, so alike on all systems. */
export async function listPictures(folder: string, { recursive = false } = {}): Promise<Listing> {
  const listing = new Map<string, string[]>();
  const paths = (await entriesOf(folder, recursive))
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => endings.has(extname(path).toLowerCase()))
    .sort();
  for (const path of paths) {
    const name = relative(folder, path.slice(0, -extname(path).length)).replaceAll(sep, '/');
    const same = listing.get(name);
    if (same) same.push(path);
    else listing.set(name, [path]);
  }
  return listing;
}

/**
 * Find where the pictures of a split lie: in a folder of its name where the set has `train/` or `test/`, and else among
 * all of them, parted by name.
 */
export async function locateSplit(
  folder: string,
  split: Split,
): Promise<{ folder: string; isIn: (name: string) => boolean }> {
  const [train, test] = [join(folder, 'train'), join(folder, 'test')];
  if (!(await isFolder(train)) && !(await isFolder(test))) {
    return { folder, isIn: (name) => splitOf(name) === split };
  }
  return { folder: join(folder, split), isIn: () => true };
}

/** Refuse a part without pictures. */
export function assertSome(
  source: string,
  split: Split,
  counts: { found: number; all: number },
): void {
  if (counts.found > 0) return;
  throw new InputError(
    counts.all === 0
      ? `${source}: expected pictures (${[...endings].join(', ')}), got none for ${split}`
      : `${source}: expected pictures for ${split}, got none: names decide, and one in ten of ${counts.all} is for test; add pictures, or sort them into train/ and test/`,
  );
}
