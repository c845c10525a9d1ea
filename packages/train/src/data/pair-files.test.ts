import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError, pictureAt } from '@ganvas/core';
import sharp, { type Sharp } from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Color, stripes, writePicture } from '../testing/picture-files.js';
import { loadLabelPairs, loadPairs } from './load.js';
import type { Pictures } from './pictures.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganvas-pairs-'));
});
afterEach(() => rm(folder, { recursive: true }));

const red: Color = [255, 0, 0];
const green: Color = [0, 255, 0];
const blue: Color = [0, 0, 255];
const train = { split: 'train', width: 8, height: 4 } as const;

/** Names that are for training, as their hashes say (`split.test.ts`), and one for test. */
const [first, second, measured] = ['1F435', '1F436', '1F914'] as const;

const write = (path: string, picture: Sharp) => writePicture(join(folder, path), picture);
const load = (options: { split: 'train' | 'test' } = { split: 'train' }) =>
  loadPairs(`pairs:${folder}`, { ...train, ...options });

/** The colors of a picture's pixels in its middle row, each told once in a row. */
function colorsOf(pictures: Pictures, index: number): string[] {
  const line = pictures.width * 3;
  const row = pictureAt(pictures, index).data.subarray(2 * line, 3 * line);
  const colors = Array.from({ length: pictures.width }, (_, x) =>
    row.slice(3 * x, 3 * x + 3).join(),
  );
  return colors.filter((color, x) => color !== colors[x - 1]);
}

describe('loadPairs of pictures side by side', () => {
  it('takes the left half as input and the right half as target, each brought to the size', async () => {
    await write(`${second}.png`, stripes([red, blue], { width: 32, height: 40 }));
    await write(`${first}.png`, stripes([green, red], { width: 6, height: 2 }));
    await write(`${measured}.png`, stripes([blue, red], { width: 16, height: 4 }));
    await writeFile(join(folder, 'notes.txt'), 'passed over');
    await writeFile(join(folder, '._x.png'), 'passed over');
    const { source, input, target } = await load();
    expect(source).toBe(`pairs:${folder}`);
    expect(input).toMatchObject({
      names: [first, second],
      count: 2,
      width: 8,
      height: 4,
      channels: 3,
    });
    expect(target.names).toEqual(input.names);
    expect([0, 1].map((i) => [colorsOf(input, i), colorsOf(target, i)])).toEqual([
      [['0,255,0'], ['255,0,0']],
      [['255,0,0'], ['0,0,255']],
    ]);
    expect((await load({ split: 'test' })).input.names).toEqual([measured]);
  });

  it('halves what is seen: upright by EXIF', async () => {
    // Stored lying on its side: seen, it is 16 wide and 8 high, red to the left.
    const upright = await stripes([red, blue], { width: 16, height: 8 }).png().toBuffer();
    const lying = sharp(await sharp(upright).rotate(-90).png().toBuffer());
    await write(`${first}.png`, lying.withMetadata({ orientation: 6 }));
    const { input, target } = await load();
    expect([colorsOf(input, 0), colorsOf(target, 0)]).toEqual([['255,0,0'], ['0,0,255']]);
  });

  it('reads grey, 16 bits and pictures that are seen through on white', async () => {
    const half = { width: 4, height: 4 };
    const grey = stripes([[90, 90, 90]], half).toColourspace('b-w');
    await write(`${first}.png`, grey);
    const deep = Uint16Array.from({ length: 4 * 4 * 3 }, () => 0x8080);
    const raw = { width: 4, height: 4, channels: 3 } as const;
    const deepPicture = sharp(deep, { raw }).toColourspace('rgb16').png();
    await write(`${second}.png`, deepPicture);
    const clear = sharp(Buffer.alloc(4 * 4 * 4), { raw: { ...raw, channels: 4 } });
    await write('2615.webp', clear.webp({ lossless: true }));
    const { input } = await load();
    expect((await sharp(join(folder, `${first}.png`)).metadata()).channels).toBe(1);
    expect((await sharp(join(folder, `${second}.png`)).metadata()).depth).toBe('ushort');
    expect(input.names).toEqual([first, second, '2615']);
    expect([0, 1, 2].map((i) => colorsOf(input, i))).toEqual([
      ['90,90,90'],
      ['128,128,128'],
      ['255,255,255'],
    ]);
  });

  it('tells of all that cannot be used in one error, ten by name', async () => {
    await write(`${first}.png`, stripes([red], { width: 7, height: 4 }));
    await writeFile(join(folder, `${second}.jpg`), 'not a picture');
    const whole = await stripes([red], { width: 64, height: 64 }).jpeg().toBuffer();
    await writeFile(join(folder, '1F431.jpg'), whole.subarray(0, whole.length / 2));
    await write('2615.png', stripes([red], { width: 8, height: 4 }));
    const error = await load().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InputError);
    const { message, problems } = error as InputError;
    expect(message).toContain(`pairs:${folder}: 3 pictures cannot be used: 1F431: `);
    expect(message).toContain(
      `${first}: expected an even width, of two pictures side by side, got 7 x 4`,
    );
    expect(problems.map(({ path }) => path)).toEqual(['1F431', first, second]);
  });

  it('says what to do about a folder that is missing, empty or has no picture for a part', async () => {
    await expect(loadPairs(`pairs:${folder}/none`, train)).rejects.toThrow(
      `${folder}/none: expected a folder of pictures, which cannot be read`,
    );
    await expect(load()).rejects.toThrow(
      'expected pictures (.png, .jpg, .jpeg, .webp, .gif, .tif, .tiff, .avif), got none for train',
    );
    await write(`${first}.png`, stripes([red], { width: 8, height: 4 }));
    await expect(load({ split: 'test' })).rejects.toThrow(
      'expected pictures for test, got none: names decide, and one in ten of 1 is for test; add pictures, or sort them into train/ and test/',
    );
  });
});

describe('loadPairs of folders A and B', () => {
  it('pairs equal names of any format, in folders train and test where there are some', async () => {
    // By its name alone it would be for test.
    await write(`train/A/${measured}.png`, stripes([red], { width: 5, height: 5 }));
    await write(
      `train/B/${measured}.webp`,
      stripes([blue], { width: 5, height: 5 }).webp({ lossless: true }),
    );
    await write('test/A/x.png', stripes([green], { width: 5, height: 5 }));
    await write('test/B/x.png', stripes([red], { width: 5, height: 5 }));
    const { input, target } = await load();
    expect(input.names).toEqual([measured]);
    expect([colorsOf(input, 0), colorsOf(target, 0)]).toEqual([['255,0,0'], ['0,0,255']]);
    expect((await load({ split: 'test' })).input.names).toEqual(['x']);
    await rm(join(folder, 'test'), { recursive: true });
    await expect(load({ split: 'test' })).rejects.toThrow(/test: expected a folder of pictures/);
  });

  it('lists names and sizes that do not match, the first ten and how many more', async () => {
    const square = () => stripes([red], { width: 4, height: 4 });
    for (let i = 10; i < 22; i++) await write(`A/only-${i}.png`, square());
    await write('B/other.png', square());
    await write(`A/${first}.png`, square());
    await write(`B/${first}.png`, stripes([red], { width: 4, height: 6 }));
    await write(`A/${second}.png`, square());
    await write(`A/${second}.jpg`, square());
    await write(`B/${second}.jpg`, square());
    const { message, problems } = (await load().catch((reason: unknown) => reason)) as InputError;
    expect(problems).toHaveLength(15);
    expect(message).toContain(
      `15 pictures cannot be used: ${first}: expected equal sizes, got 4 x 4 in A/ and 4 x 6 in B/; ${second}: expected one file of this name, got `,
    );
    expect(message).toMatch(/only-17: in A\/ and not in B\/; and 5 more$/);
    expect(problems.at(-1)).toEqual({ path: 'other', message: 'in B/ and not in A/' });
  });

  it('refuses A without B', async () => {
    await mkdir(join(folder, 'A'));
    await expect(load()).rejects.toThrow(
      `${folder}: expected both A/ and B/, or neither and pictures side by side, got A/ alone`,
    );
  });
});

describe('loadLabelPairs', () => {
  it('keeps the colors of maps as they are, and finds the classes', async () => {
    // 21 columns brought to 8: any mixing would make more colors than there are.
    const map = stripes([red, green, blue], { width: 21, height: 9 });
    await write(`A/${first}.png`, map);
    await write(`B/${first}.png`, map);
    const { input, target, classes } = await loadLabelPairs(`pairs:${folder}`, train);
    expect(classes.map(({ name }) => name)).toEqual(['#0000ff', '#00ff00', '#ff0000']);
    expect(colorsOf(input, 0)).toEqual(['255,0,0', '0,255,0', '0,0,255']);
    expect(colorsOf(target, 0).length).toBeGreaterThan(3);
  });

  it('finds classes to learn from, and takes any colors to measure on', async () => {
    const size = { width: 40, height: 4 };
    const greys = Array.from({ length: 40 }, (_, i): Color => [6 * i, 6 * i, 6 * i]);
    for (const domain of ['A', 'B']) {
      await write(`train/${domain}/x.png`, stripes([red], size));
      await write(`test/${domain}/one.png`, stripes([red], size));
      await write(`test/${domain}/many.png`, stripes(greys, size));
    }
    const load = (split: 'train' | 'test') => loadLabelPairs(`pairs:${folder}`, { ...size, split });
    const { input } = await load('test');
    expect(input.names).toEqual(['many', 'one']);
    expect(colorsOf(input, 0)).toHaveLength(40);
    await expect(load('train')).rejects.toThrow('expected semantic maps of 2 to 32 colors');
  });
});

describe('loadPairs', () => {
  it('ends by its signal', async () => {
    await write(`${first}.png`, stripes([red], { width: 8, height: 4 }));
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(loadPairs(`pairs:${folder}`, { ...train, signal })).rejects.toThrow('enough');
    // Loading leaves the files alone.
    expect((await readFile(join(folder, `${first}.png`))).length).toBeGreaterThan(0);
  });

  it.each(['mnist', 'pairs', 'pairs:', 'openmoji:x', 'unpaired:x'])(
    'refuses %s and lists what there is',
    async (source) => {
      await expect(loadPairs(source, train)).rejects.toThrow(
        `data: expected openmoji or pairs:<path>, got "${source}"`,
      );
    },
  );
});
