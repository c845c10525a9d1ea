import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readModel } from './model.js';
import { createSampler } from './sampler.js';
import { colourBytes, height, width } from './testing/pictures.js';
import { digits, negative, writeRepository } from './testing/write-model.js';
import { createTranslator, type Translator } from './translator.js';

let repository: string;
let translator: Translator;
const open = async (name: string) => readModel(join(repository, name));
beforeAll(async () => {
  repository = await writeRepository(digits, negative);
  translator = await createTranslator(await open('negative'), { devices: ['cpu'] });
});
afterAll(async () => {
  await translator.dispose();
  await rm(repository, { recursive: true });
});

const picture = { data: colourBytes, count: 1, width, height, channels: 3 };

describe('createTranslator', () => {
  it('translates a picture whose sides are no multiple of the model’s', async () => {
    const pixels = await translator.translate(picture);
    expect(pixels).toMatchObject({ count: 1, width, height, channels: 3 });
    expect(pixels.data).toEqual(colourBytes.map((byte) => 255 - byte));
  });

  it('does a large picture in tiles, tells of each, and stops when it is told to', async () => {
    const [wide, high] = [1030, 600];
    const data = Uint8Array.from({ length: wide * high }, (_, i) => (i * 7) % 251);
    const large = { data, count: 1, width: wide, height: high, channels: 1 };
    const heard: number[] = [];
    const pixels = await translator.translate(large, {
      onProgress: ({ done }) => heard.push(done),
    });
    expect(heard.length).toBeGreaterThan(3);
    // Three equal channels of what was grey.
    const expected = Array.from(
      { length: data.length * 3 },
      (_, i) => 255 - (data[(i / 3) | 0] ?? 0),
    );
    expect(Buffer.compare(pixels.data, Uint8Array.from(expected))).toBe(0);
    const caller = new AbortController();
    let tiles = 0;
    const stopped = translator.translate(large, {
      signal: caller.signal,
      onProgress: () => {
        tiles++;
        caller.abort();
      },
    });
    await expect(stopped).rejects.toThrow(/abort/i);
    expect(tiles).toBe(1);
  });

  it('answers overlapping calls each with its own picture', async () => {
    const shades = [10, 20, 30];
    const all = await Promise.all(
      shades.map((shade) =>
        translator.translate({ ...picture, data: colourBytes.map(() => shade) }),
      ),
    );
    expect(all.map(({ data }) => data[0])).toEqual([245, 235, 225]);
  });

  it('refuses a model that samples, as a sampler refuses one that translates', async () => {
    await expect(createTranslator(await open('digits'))).rejects.toThrow(
      /digits: expected a model to translate, got one to sample/,
    );
    await expect(createSampler(await open('negative'))).rejects.toThrow(
      /negative: expected a model to sample, got one to translate/,
    );
  });
});
