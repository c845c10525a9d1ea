import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelDescription } from '@ganvas/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stripes, writePicture } from '../testing/picture-files.js';
import { copyInput, paintMeanColor } from './baselines.js';
import { classesOf } from './picture-classes.js';
import { loadQuestions } from './questions.js';

const size = { width: 16, height: 8 };
let data: string;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganvas-questions-'));
  data = `folder:${folder}`;
  for (const split of ['train', 'test']) {
    const at = (name: string) => join(folder, split, name);
    await writePicture(at('red/one.png'), stripes([[200, 0, 0]], size));
    await writePicture(at('red/two.png'), stripes([[100, 0, 0]], size));
    const greens = [[0, 40, 0] as const, [0, 80, 0] as const];
    await writePicture(at('green/three.png'), stripes(greens, size));
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const describeModel = (
  source: NonNullable<ModelDescription['source']>,
  scale: 1 | 2 | 4 = 1,
): ModelDescription => ({
  schemaVersion: 1,
  name: 'm',
  version: 1,
  task: 'translate',
  inputs: [{ name: 'source', dtype: 'float32', shape: ['N', source.channels, 'H', 'W'] }],
  outputs: [{ name: 'image', dtype: 'float32', shape: ['N', 3, 'H', 'W'] }],
  image: { ...size, channels: 3, range: [-1, 1], sizeMultiple: 1, scale },
  source,
  opset: 17,
  license: 'MIT',
});

const load = (source: NonNullable<ModelDescription['source']>, scale?: 1 | 2 | 4) =>
  loadQuestions(describeModel(source, scale), data, { split: 'test' });

describe('loadQuestions', () => {
  it('asks a model that takes grey for the colors', async () => {
    const { names, inputAt, truth } = await load({ channels: 1, encoding: 'picture' });
    expect(names).toEqual(['green/three', 'red/one', 'red/two']);
    // Luma of 200 red: 0.299 * 200 = 59.8.
    expect(inputAt(1)).toMatchObject({ ...size, channels: 1 });
    expect([...new Set(inputAt(1).data)]).toEqual([60]);
    expect(truth).toMatchObject({ count: 3, channels: 3 });
  });

  it('asks a model that enlarges with pictures made smaller', async () => {
    const { inputAt } = await load({ channels: 3, encoding: 'picture' }, 4);
    expect(inputAt(1)).toMatchObject({ width: 4, height: 2, channels: 3 });
    expect([...inputAt(1).data.subarray(0, 3)]).toEqual([200, 0, 0]);
  });

  it('asks a model that fills in with holes, the same ones each time', async () => {
    const source = { channels: 4, encoding: 'masked' } as const;
    const [first, second] = [await load(source), await load(source)];
    const { data: pixels, channels } = first.inputAt(1);
    expect(channels).toBe(4);
    const alphas = [...pixels].filter((_, i) => i % 4 === 3);
    expect(new Set(alphas)).toEqual(new Set([0, 255]));
    const kept = alphas.indexOf(255) * 4;
    expect([...pixels.subarray(kept, kept + 3)]).toEqual([200, 0, 0]);
    expect(second.inputAt(1)).toEqual(first.inputAt(1));
    expect(second.inputAt(2).data).not.toEqual(first.inputAt(1).data);
  });

  it('asks a model that translates back with B of pairs, and compares with A', async () => {
    await writePicture(join(folder, 'pairs/test/A/one.png'), stripes([[200, 0, 0]], size));
    await writePicture(join(folder, 'pairs/test/B/one.png'), stripes([[0, 0, 100]], size));
    const training = { data: 'pairs:p', steps: 1, batchSize: 1, seed: 0, metrics: {} };
    const firstPixels = async (name: string, objective: string) => {
      const described = describeModel({ channels: 3, encoding: 'picture' });
      const model = { ...described, name, training: { ...training, objective } };
      const { inputAt, truth, real } = await loadQuestions(
        model,
        `pairs:${join(folder, 'pairs')}`,
        {
          split: 'test',
        },
      );
      return [inputAt(0), truth, real].map((pictures) => [
        ...(pictures?.data.subarray(0, 3) ?? []),
      ]);
    };
    const [a, b] = [
      [200, 0, 0],
      [0, 0, 100],
    ];
    expect(await firstPixels('m', 'cyclegan')).toEqual([a, b, b]);
    expect(await firstPixels('m-back', 'cyclegan')).toEqual([b, a, a]);
    // Its name says nothing: it was learned in one direction alone.
    expect(await firstPixels('m-back', 'pix2pix')).toEqual([a, b, b]);
  });
});

describe('paintMeanColor', () => {
  it('paints the mean over the pixels of the class, and of all for a class that was not learned', async () => {
    const { real } = await load({ channels: 1, encoding: 'picture' });
    const draw = paintMeanColor(real, await classesOf(data), { width: 1, height: 1, channels: 3 });
    const colorOf = async (name: string) => [...(await draw(real, name)).data];
    expect(await colorOf('red/another')).toEqual([150, 0, 0]);
    expect(await colorOf('green/another')).toEqual([0, 60, 0]);
    expect(await colorOf('blue/another')).toEqual([100, 20, 0]);
  });

  it('takes the groups of OpenMoji for its classes', async () => {
    const classOf = await classesOf('openmoji');
    expect(classOf('1F436')).toBe('animals-nature');
    expect((await classesOf('pairs:a'))('1F436')).toBeUndefined();
  });
});

describe('copyInput', () => {
  const input = {
    count: 1,
    width: 2,
    height: 1,
    channels: 4,
    data: Uint8Array.of(9, 8, 7, 255, 0, 0, 0, 0),
  };

  it('lays what is transparent on white, in the channels of the output', async () => {
    const shape = { width: 2, height: 1, channels: 3 };
    expect([...(await copyInput(shape)(input, '')).data]).toEqual([9, 8, 7, 255, 255, 255]);
  });

  it('enlarges to the size of the output', async () => {
    const plain = { count: 1, width: 2, height: 2, channels: 1, data: new Uint8Array(4).fill(77) };
    const {
      width,
      height,
      channels,
      data: pixels,
    } = await copyInput({
      width: 8,
      height: 8,
      channels: 3,
    })(plain, '');
    expect({ width, height, channels }).toEqual({ width: 8, height: 8, channels: 3 });
    expect([...pixels]).toEqual(new Array(192).fill(77));
  });
});
