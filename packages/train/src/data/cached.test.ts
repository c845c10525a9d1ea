import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cached } from './cached.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganvas-cache-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** What gives 0 the first time, 1 the second and so on. */
const counting = () => {
  let made = 0;
  return async () => Uint8Array.of(made++);
};

describe('cached', () => {
  it('makes once what it keeps, in one file', async () => {
    const path = join(folder, 'deep', 'kept.gz');
    const make = counting();
    expect([...(await cached(path, make))]).toEqual([0]);
    expect([...(await cached(path, make))]).toEqual([0]);
    expect(await readdir(join(folder, 'deep'))).toEqual(['kept.gz']);
  });

  it('makes anew what was cut off, damaged or refused', async () => {
    const path = join(folder, 'kept.gz');
    const make = counting();
    await cached(path, make);
    const whole = await readFile(path);
    await writeFile(path, whole.subarray(0, -3));
    expect([...(await cached(path, make))]).toEqual([1]);
    const damaged = Uint8Array.from(await readFile(path));
    // A byte of the checksum, which is in the last eight.
    damaged[damaged.length - 8] = (damaged.at(-8) as number) ^ 1;
    await writeFile(path, damaged);
    expect([...(await cached(path, make))]).toEqual([2]);
    expect([...(await cached(path, make, ([byte]) => byte !== 2))]).toEqual([3]);
    expect([...(await cached(path, make))]).toEqual([3]);
  });

  it('gives what it made where nothing can be written', async () => {
    await writeFile(join(folder, 'file'), '');
    const make = counting();
    expect([...(await cached(join(folder, 'file', 'kept.gz'), make))]).toEqual([0]);
    expect([...(await cached(join(folder, 'file', 'kept.gz'), make))]).toEqual([1]);
  });
});
