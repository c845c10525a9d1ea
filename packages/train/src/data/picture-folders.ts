import { join } from 'node:path';
import type { Problem } from '@ganvas/core';
import { concurrently } from './concurrently.js';
import { assertNoFaults, faultOf } from './faults.js';
import { decodePicture, type Sizing } from './picture-file.js';
import { assertSome, filesOf, listPictures, locateSplit } from './picture-listing.js';
import {
  allocatePictures,
  type LoadOptions,
  type Pictures,
  setPicture,
  type Unpaired,
} from './pictures.js';

/** Decode files to one size. All that cannot be are told in one InputError. */
async function decodeAll(
  files: readonly (readonly [name: string, path: string])[],
  { source, fit, ...options }: LoadOptions & Pick<Sizing, 'fit'> & { source: string },
): Promise<Pictures> {
  const pictures = allocatePictures(
    files.map(([name]) => name),
    options,
  );
  const { width, height } = options;
  const faults: Problem[] = [];
  await concurrently(
    files,
    async ([, path], i) => {
      try {
        const sizing = { width, height, fit, kernel: 'lanczos3' } as const;
        setPicture(pictures, i, await decodePicture({ path }, sizing));
      } catch (error) {
        faults.push(faultOf(path, error));
      }
    },
    options,
  );
  assertNoFaults(source, faults);
  return pictures;
}

/**
 * Load the pictures of a folder and of those in it, each cropped in the middle to the ratio of the asked size. They are
 * parted by name unless there are folders `train/` and `test/`.
 */
export async function loadFolder(path: string, options: LoadOptions): Promise<Pictures> {
  const source = `folder:${path}`;
  const { folder, isIn } = await locateSplit(path, options.split);
  const listing = await listPictures(folder, { recursive: true });
  const all = filesOf(listing);
  const files = all.filter(([name]) => isIn(name));
  assertSome(source, options.split, { found: files.length, all: all.length });
  return decodeAll(files, { ...options, source, fit: 'cover' });
}

/** Load the pictures of two domains from the folders `trainA/` and `trainB/`, or `testA/` and `testB/`. */
export async function loadUnpairedFolders(path: string, options: LoadOptions): Promise<Unpaired> {
  const source = `unpaired:${path}`;
  const listings = await Promise.all(
    ['A', 'B'].map((domain) => listPictures(join(path, options.split + domain))),
  );
  const total = listings.reduce((sum, listing) => sum + listing.size, 0);
  const domains: Pictures[] = [];
  let before = 0;
  for (const listing of listings) {
    const files = filesOf(listing);
    assertSome(source, options.split, { found: files.length, all: 0 });
    const onProgress = (done: number) => options.onProgress?.(before + done, total);
    domains.push(await decodeAll(files, { ...options, source, fit: 'fill', onProgress }));
    before += files.length;
  }
  const [a, b] = domains as [Pictures, Pictures];
  return { source, a, b };
}
