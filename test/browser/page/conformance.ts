import type { Picture, Sampler } from '@ganvas/client/local';
import { labelFromSeed } from '@ganvas/core';
import { expectEqual, inputErrorOf, reasonOf } from './expect.js';

/** The largest difference between two pictures in any pixel. */
export function maxDifference(a: Picture, b: Picture): number {
  if (a.data.length !== b.data.length) return Number.POSITIVE_INFINITY;
  return a.data.reduce((max, byte, i) => Math.max(max, Math.abs(byte - (b.data[i] as number))), 0);
}

function expectAlike(a: Picture | undefined, b: Picture | undefined, what: string): void {
  if (!a || !b) throw new Error(`${what}: expected two pictures, got fewer`);
  const difference = maxDifference(a, b);
  // One step of 255: a runtime may sum a batch in another order than a single picture.
  if (difference > 1)
    throw new Error(`${what}: expected a difference of at most 1, got ${difference}`);
}

const seedsOf = (pictures: readonly { seed: number }[]) => pictures.map(({ seed }) => seed);

const pathsOf = async (promise: Promise<unknown>): Promise<string[]> =>
  (await inputErrorOf(promise)).problems.map(({ path }) => path);

/**
 * What every sampler does, by its title. Each is run on a sampler of `mnist` with batches of 4.
 * The last one disposes the sampler.
 */
export const conformance: Readonly<Record<string, (sampler: Sampler) => Promise<void>>> = {
  async 'says its model and its device'({ model, device }) {
    await Promise.resolve();
    expectEqual([model.name, model.image.width, model.labels?.length], ['mnist', 28, 10], 'model');
    expectEqual(typeof device, 'string', 'device');
  },

  async 'draws as many pictures as asked for, their seeds counting up'(sampler) {
    const pictures = await sampler.sample({ count: 6, seed: 10, label: 3 });
    expectEqual(seedsOf(pictures), [10, 11, 12, 13, 14, 15], 'seeds');
    const sizes = pictures.map(({ width, height, channels, data }) => [
      width,
      height,
      channels,
      data.length,
    ]);
    expectEqual(sizes[5], [28, 28, 1, 784], 'sizes');
  },

  async 'draws a picture alike alone and among others'(sampler) {
    const [, , third] = await sampler.sample({ count: 4, seed: 20, label: 5 });
    const [alone] = await sampler.sample({ seed: 22, label: 5 });
    expectAlike(third, alone, 'seed 22');
  },

  async 'draws the same bytes for the same request'(sampler) {
    const [a] = await sampler.sample({ seed: 2 ** 53 - 1, label: 0 });
    const [b] = await sampler.sample({ seed: 2 ** 53 - 1, label: 0 });
    expectEqual(a?.data, b?.data, 'bytes');
  },

  async 'draws other pictures for other seeds and other classes'(sampler) {
    const [a, b] = await sampler.sample({ seed: 1, count: 2, label: 0 });
    const [c] = await sampler.sample({ seed: 1, label: 1 });
    if (!a || !b || !c) throw new Error('expected three pictures, got fewer');
    expectEqual([maxDifference(a, b) > 1, maxDifference(a, c) > 1], [true, true], 'different');
  },

  async 'takes a class by its name or its number'(sampler) {
    const [byName] = await sampler.sample({ seed: 4, label: '8' });
    const [byNumber] = await sampler.sample({ seed: 4, label: 8 });
    expectEqual([byName?.label, byName?.data], [8, byNumber?.data], 'class 8');
  },

  async 'draws each seed as its own class where none is asked for'(sampler) {
    const pictures = await sampler.sample({ count: 6, seed: 0 });
    const expected = seedsOf(pictures).map((seed) => labelFromSeed(seed, 10));
    expectEqual(
      pictures.map(({ label }) => label),
      expected,
      'classes',
    );
  },

  async 'draws a seed of its own where none is given, and says which'(sampler) {
    const [picture] = await sampler.sample({ label: 2 });
    const [again] = await sampler.sample({ seed: picture?.seed, label: 2 });
    expectEqual(again?.data, picture?.data, 'bytes');
  },

  async 'reports each batch with the pictures that came'(sampler) {
    const reports: [number, number, number[]][] = [];
    await sampler.sample({
      count: 6,
      seed: 1,
      onProgress: ({ done, total, pictures }) => reports.push([done, total, seedsOf(pictures)]),
    });
    expectEqual(
      reports,
      [
        [4, 6, [1, 2, 3, 4]],
        [6, 6, [5, 6]],
      ],
      'reports',
    );
  },

  async 'stops after the batch in which it is aborted'(sampler) {
    const abort = new AbortController();
    let reports = 0;
    const onProgress = () => {
      reports++;
      abort.abort(new Error('enough'));
    };
    const reason = await reasonOf(
      sampler.sample({ count: 12, seed: 1, signal: abort.signal, onProgress }),
    );
    expectEqual([reports, String(reason)], [1, 'Error: enough'], 'reports and reason');
  },

  async 'draws nothing for a signal that is aborted already'(sampler) {
    const signal = AbortSignal.abort(new Error('never mind'));
    const onProgress = () => {
      throw new Error('expected no report, got one');
    };
    const sampled = await reasonOf(sampler.sample({ seed: 1, signal, onProgress }));
    const ends = { from: { seed: 1 }, to: { seed: 2 } };
    const walked = await reasonOf(sampler.interpolate({ ...ends, steps: 2, signal, onProgress }));
    expectEqual([String(sampled), String(walked)], Array(2).fill('Error: never mind'), 'reasons');
  },

  async 'refuses what cannot be drawn, naming every field'(sampler) {
    const wrong = { count: 0, seed: -1, label: 'x' };
    expectEqual(await pathsOf(sampler.sample(wrong)), ['count', 'seed', 'label'], 'sample');
    expectEqual(
      await pathsOf(sampler.sample({ seed: 2 ** 53 - 1, count: 2 })),
      ['seed'],
      'too far',
    );
    const from = { seed: 0.5, label: 10 };
    const paths = await pathsOf(sampler.interpolate({ from, to: { seed: 1 }, at: [2] }));
    expectEqual(paths, ['from.seed', 'from.label', 'at'], 'interpolate');
  },

  async 'walks from the picture of one seed to that of another'(sampler) {
    const frames = await sampler.interpolate({
      from: { seed: 3, label: 7 },
      to: { seed: 9, label: 7 },
      steps: 5,
    });
    expectEqual(
      frames.map(({ at }) => at),
      [0, 0.25, 0.5, 0.75, 1],
      'places',
    );
    const [start] = await sampler.sample({ seed: 3, label: 7 });
    const [end] = await sampler.sample({ seed: 9, label: 7 });
    expectAlike(frames[0], start, 'start');
    expectAlike(frames[4], end, 'end');
  },

  async 'draws the places of a walk that are asked for'(sampler) {
    const ends = { from: { seed: 3, label: 7 }, to: { seed: 9, label: 7 } };
    const [quarter] = await sampler.interpolate({ ...ends, at: [0.25], method: 'lerp' });
    const frames = await sampler.interpolate({ ...ends, steps: 5, method: 'lerp' });
    expectEqual(quarter?.at, 0.25, 'place');
    expectAlike(quarter, frames[1], 'a quarter');
  },

  async 'changes the class of a walk in the middle, or keeps that of its start'(sampler) {
    const ends = { from: { seed: 3, label: 1 }, to: { seed: 9, label: 2 } };
    const changing = await sampler.interpolate({ ...ends, steps: 4 });
    expectEqual(
      changing.map(({ label }) => label),
      [1, 1, 2, 2],
      'changing',
    );
    const keeping = await sampler.interpolate({ from: ends.from, to: { seed: 9 }, steps: 2 });
    expectEqual(
      keeping.map(({ label }) => label),
      [1, 1],
      'keeping',
    );
  },

  async 'gives pictures as ImageData, on a canvas and as a PNG file'(sampler) {
    const [picture] = await sampler.sample({ seed: 6, label: 6 });
    if (!picture) throw new Error('expected a picture, got none');
    const { data } = picture.toImageData();
    expectEqual(
      [data.length, data[0], data[2], data[3]],
      [784 * 4, picture.data[0], picture.data[0], 255],
      'RGBA',
    );
    const blob = await picture.toBlob();
    const bitmap = await createImageBitmap(blob);
    expectEqual([blob.type, bitmap.width, bitmap.height], ['image/png', 28, 28], 'file');
    const context = new OffscreenCanvas(28, 28).getContext('2d');
    if (!context) throw new Error('expected a canvas, got none');
    context.drawImage(bitmap, 0, 0);
    expectEqual(context.getImageData(0, 0, 28, 28).data, data, 'pixels of the file');
  },

  async 'rejects what is in progress and what comes later when it is disposed'(sampler) {
    const running = reasonOf(sampler.sample({ count: 40, seed: 1 }));
    await sampler.dispose();
    await sampler.dispose();
    const later = await reasonOf(sampler.sample({ seed: 1 }));
    const disposed = 'Error: sampler: disposed; create another to go on';
    expectEqual([String(await running), String(later)], [disposed, disposed], 'reasons');
  },
};
