import { join } from 'node:path';
import { InputError, type Problem } from '@ganvas/core';
import { concurrently } from './concurrently.js';
import { assertNoFaults, faultOf } from './faults.js';
import { decodePicture, type PictureFile, type Sizing, sizeOf } from './picture-file.js';
import {
  assertSome,
  isFolder,
  type Listing,
  listPictures,
  locateSplit,
} from './picture-listing.js';
import { allocatePictures, type LoadOptions, type Pairs, setPicture } from './pictures.js';

interface PairFile {
  readonly name: string;
  readonly input: PictureFile;
  readonly target: PictureFile;
}

/** What there is, and what is wrong with its names. */
interface PairListing {
  readonly files: readonly PairFile[];
  readonly faults: readonly Problem[];
}

const twice = (name: string, paths: readonly string[]): Problem => ({
  path: name,
  message: `expected one file of this name, got ${paths.join(' and ')}`,
});

/** Pictures side by side: the left half is to become the right half. */
function listHalves(listing: Listing): PairListing {
  const all = [...listing];
  return {
    files: all.map(([name, [path = '']]) => ({
      name,
      input: { path, half: 'left' },
      target: { path, half: 'right' },
    })),
    faults: all.filter(([, paths]) => paths.length > 1).map(([name, paths]) => twice(name, paths)),
  };
}

/** Two folders: a picture of A is to become that of B with its name. */
function matchNames(a: Listing, b: Listing): PairListing {
  const files: PairFile[] = [];
  const faults: Problem[] = [];
  for (const name of [...new Set([...a.keys(), ...b.keys()])].sort()) {
    const [inA, inB] = [a.get(name) ?? [], b.get(name) ?? []];
    const crowded = [inA, inB].find((paths) => paths.length > 1);
    const [input, target] = [inA[0], inB[0]];
    if (crowded) faults.push(twice(name, crowded));
    else if (input === undefined) faults.push({ path: name, message: 'in B/ and not in A/' });
    else if (target === undefined) faults.push({ path: name, message: 'in A/ and not in B/' });
    else files.push({ name, input: { path: input }, target: { path: target } });
  }
  return { files, faults };
}

async function listPairs(folder: string): Promise<PairListing> {
  const [a, b] = [join(folder, 'A'), join(folder, 'B')];
  const [hasA, hasB] = await Promise.all([isFolder(a), isFolder(b)]);
  if (hasA !== hasB) {
    throw new InputError(
      `${folder}: expected both A/ and B/, or neither and pictures side by side, got ${hasA ? 'A/' : 'B/'} alone`,
    );
  }
  if (!hasA) return listHalves(await listPictures(folder));
  return matchNames(await listPictures(a), await listPictures(b));
}

/** Say what is wrong with the sizes of a pair, if anything is. */
async function faultOfSizes({ name, input, target }: PairFile): Promise<Problem | undefined> {
  const a = await sizeOf(input.path);
  if (input.half) {
    const message = `expected an even width, of two pictures side by side, got ${a.width} x ${a.height}`;
    return a.width % 2 === 0 ? undefined : { path: name, message };
  }
  const b = await sizeOf(target.path);
  if (a.width === b.width && a.height === b.height) return undefined;
  const message = `expected equal sizes, got ${a.width} x ${a.height} in A/ and ${b.width} x ${b.height} in B/`;
  return { path: name, message };
}

async function loadWith(
  path: string,
  options: LoadOptions & Pick<Sizing, 'kernel'>,
): Promise<Pairs> {
  const source = `pairs:${path}`;
  const { folder, isIn } = await locateSplit(path, options.split);
  const listed = await listPairs(folder);
  const files = listed.files.filter(({ name }) => isIn(name));
  const faults = [...listed.faults];
  if (faults.length === 0) {
    assertSome(source, options.split, { found: files.length, all: listed.files.length });
  }
  const names = files.map(({ name }) => name);
  const [input, target] = [allocatePictures(names, options), allocatePictures(names, options)];
  const { width, height, kernel } = options;
  const sizing = { width, height, fit: 'fill' } as const;
  await concurrently(
    files,
    async (file, i) => {
      try {
        const fault = await faultOfSizes(file);
        if (fault) {
          faults.push(fault);
          return;
        }
        setPicture(input, i, await decodePicture(file.input, { ...sizing, kernel }));
        setPicture(target, i, await decodePicture(file.target, { ...sizing, kernel: 'lanczos3' }));
      } catch (error) {
        faults.push(faultOf(file.name, error));
      }
    },
    options,
  );
  assertNoFaults(source, faults);
  return { source, input, target };
}

/**
 * Load pairs from files: pictures side by side, input to the left, or folders `A/` and `B/` with equal names. They are
 * parted by name unless there are folders `train/` and `test/`. All that do not fit are told in one InputError.
 */
export const loadPairFiles = (path: string, options: LoadOptions): Promise<Pairs> =>
  loadWith(path, { ...options, kernel: 'lanczos3' });

/** Load pairs from files, of which the inputs are semantic maps: no color is mixed from others. */
export const loadLabelFiles = (path: string, options: LoadOptions): Promise<Pairs> =>
  loadWith(path, { ...options, kernel: 'nearest' });
