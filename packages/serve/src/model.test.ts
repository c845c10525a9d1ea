import { appendFile, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '@ganvas/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readModel, readRepository } from './model.js';
import { colours, digits, writeModel, writeRepository } from './testing/write-model.js';

let repository: string;
let dir: string;
let file: string;
beforeEach(async () => {
  repository = await writeRepository(digits);
  dir = join(repository, 'digits');
  file = join(dir, '1', 'model.onnx');
});
afterEach(() => rm(repository, { recursive: true }));

const failure = async (work: Promise<unknown>): Promise<InputError> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(InputError);
  return error as InputError;
};

describe('readModel', () => {
  it('gives the manifest and the path of the fp32 file', async () => {
    const model = await readModel(dir);
    expect(model.manifest.name).toBe('digits');
    expect(model.file).toBe(file);
  });

  it('refuses a file with one bit changed and names it', async () => {
    const bytes = await readFile(file);
    bytes[1000] = (bytes[1000] as number) ^ 1;
    await writeFile(file, bytes);
    const { message } = await failure(readModel(dir));
    expect(message).toContain(file);
    expect(message).toMatch(/expected sha256 [0-9a-f]{64} as in the manifest, got [0-9a-f]{64}/);
  });

  it.each([
    ['cut off', () => truncate(file, 100), /got 100;/],
    ['too long', () => appendFile(file, 'x'), /expected \d+ bytes/],
    ['missing', () => rm(file), /no such file/],
  ])('refuses a file that is %s and names it', async (_, spoil, text) => {
    await spoil();
    const { message } = await failure(readModel(dir));
    expect(message).toContain(file);
    expect(message).toMatch(text);
  });

  it('refuses a manifest that is not JSON, is not a manifest or is missing, and names it', async () => {
    const path = join(dir, 'ganvas.json');
    await writeFile(path, '{"name":');
    expect((await failure(readModel(dir))).message).toContain(`${path}: expected JSON`);
    await writeFile(path, '{"name":"digits"}');
    expect((await failure(readModel(dir))).problems.map(({ path: at }) => at)).toContain(
      'variants',
    );
    await rm(path);
    expect((await failure(readModel(dir))).message).toContain(path);
  });
});

describe('readRepository', () => {
  it('finds every model in the order of names, and nothing else', async () => {
    await writeModel(repository, colours);
    await writeModel(repository, { ...digits, name: 'alphabet' });
    await writeFile(join(repository, 'notes.txt'), '');
    const models = await readRepository(repository);
    expect(models.map(({ manifest }) => manifest.name)).toEqual(['alphabet', 'digits', 'paint']);
  });

  it('refuses a folder without models and one that is not there', async () => {
    expect((await failure(readRepository(dir))).message).toContain('expected models');
    expect((await failure(readRepository(join(dir, 'x')))).message).toContain('no such folder');
  });

  it('refuses two models of one name', async () => {
    const copy = await writeModel(repository, { ...digits, name: 'other' });
    await writeFile(join(copy, 'ganvas.json'), await readFile(join(dir, 'ganvas.json')));
    expect((await failure(readRepository(repository))).message).toContain('a name of its own');
  });
});
