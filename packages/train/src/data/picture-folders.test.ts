import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Color, stripes, writePicture } from '../testing/picture-files.js';
import { loadPictures, loadUnpaired } from './load.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganvas-folder-'));
});
afterEach(() => rm(folder, { recursive: true }));

const [red, green, blue]: [Color, Color, Color] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
];
const options = { split: 'train', width: 4, height: 4 } as const;

const write = (path: string, colors: Color[], width = 4) =>
  writePicture(join(folder, path), stripes(colors, { width, height: 4 }));

describe('loadPictures', () => {
  it('reads a folder and those in it, and crops to the middle rather than stretch', async () => {
    await write('cats/1F435.png', [red, green, blue], 12);
    await write('dogs/1F435.png', [blue]);
    const told: string[] = [];
    const pictures = await loadPictures(`folder:${folder}`, {
      ...options,
      onProgress: (done, total) => told.push(`${done}/${total}`),
    });
    expect(pictures.names).toEqual(['cats/1F435', 'dogs/1F435']);
    const pixels = (color: Color) => new Array(16).fill(color).flat();
    expect([...pictures.data]).toEqual([...pixels(green), ...pixels(blue)]);
    expect(told).toEqual(['1/2', '2/2']);
  });

  it('names the files that cannot be decoded', async () => {
    await writeFile(join(folder, '1F435.gif'), '');
    await expect(loadPictures(`folder:${folder}`, options)).rejects.toThrow(
      `folder:${folder}: 1 picture cannot be used: ${join(folder, '1F435.gif')}: `,
    );
  });
});

describe('loadUnpaired', () => {
  it('reads the two folders of a split, names and numbers as they come', async () => {
    await write('trainA/x.png', [red]);
    await write('trainA/y.png', [red]);
    await write('trainB/x.png', [blue]);
    await write('testA/z.png', [green]);
    const told: string[] = [];
    const source = `unpaired:${folder}`;
    const onProgress = (done: number, total: number) => told.push(`${done}/${total}`);
    const { a, b, truth } = await loadUnpaired(source, { ...options, onProgress });
    expect([a.names, b.names, truth]).toEqual([['x', 'y'], ['x'], undefined]);
    expect([a.data[0], b.data[2]]).toEqual([255, 255]);
    expect(told).toEqual(['1/3', '2/3', '3/3']);
    await expect(loadUnpaired(source, { ...options, split: 'test' })).rejects.toThrow(
      `${join(folder, 'testB')}: expected a folder of pictures, which cannot be read`,
    );
  });
});
