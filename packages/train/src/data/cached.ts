import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { constants, gunzip, gzip } from 'node:zlib';
import writeFileAtomic from 'write-file-atomic';

async function readKept(path: string): Promise<Uint8Array | undefined> {
  try {
    return await promisify(gunzip)(await readFile(path));
  } catch {
    // Not there, cut off, or not what was written (gzip checks its sum): it is made anew.
    return undefined;
  }
}

async function keep(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    // Drawings are flat: level 1 makes them 20 times smaller, and more effort little smaller than that.
    const level = constants.Z_BEST_SPEED;
    await writeFileAtomic(path, await promisify(gzip)(bytes, { level }));
  } catch {
    // A folder that cannot be written to costs time only.
  }
}

/**
 * Give what is kept at `path`, or else make it and keep it there, compressed. The path must name all that the bytes
 * depend on. What `isWhole` refuses is made anew.
 */
export async function cached(
  path: string,
  make: () => Promise<Uint8Array>,
  isWhole: (bytes: Uint8Array) => boolean = () => true,
): Promise<Uint8Array> {
  const kept = await readKept(path);
  if (kept && isWhole(kept)) return kept;
  const made = await make();
  await keep(path, made);
  return made;
}
