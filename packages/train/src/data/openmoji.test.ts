import { describe, expect, it } from 'vitest';
import { loadLabelPairs, loadPairs, loadPictures, loadUnpaired } from './load.js';
import { type Pictures, pictureBytes } from './pictures.js';

const size = { width: 24, height: 24 };
const train = { ...size, split: 'train' } as const;
const test = { ...size, split: 'test' } as const;

type Place = readonly [x: number, y: number];
/** The pixel of a symbol's picture at a place. */
function pixel(pictures: Pictures, name: string, [x, y]: Place): number[] {
  const at = 3 * (y * pictures.width + x);
  return [...pictureBytes(pictures, pictures.names.indexOf(name)).subarray(at, at + 3)];
}

const white = [255, 255, 255];

describe('loadPairs of openmoji', () => {
  it('parts its symbols once for all', async () => {
    const [forTraining, forTest] = [
      await loadPairs('openmoji', train),
      await loadPairs('openmoji', test),
    ];
    // What is published: results can be compared only while these stay.
    expect([forTraining.input.count, forTest.input.count]).toEqual([1427, 146]);
    const all = new Set([...forTraining.input.names, ...forTest.input.names]);
    expect(all.size).toBe(1427 + 146);
    for (const { input, target } of [forTraining, forTest]) {
      expect(target.names).toEqual(input.names);
      expect(target.data).toHaveLength(input.count * 24 * 24 * 3);
    }
    // See split.test.ts for the hashes.
    expect(forTest.input.names).toEqual(
      expect.arrayContaining(['1F914', '1F61C', '1F3A8', '1F62A']),
    );
    expect(forTraining.input.names).toEqual(
      expect.arrayContaining(['1F435', '1F436', '1F431', '2615']),
    );
  });

  it('leaves out skin tones, flags, extras, what color does not change, and equal outlines', async () => {
    const { names } = (await loadPairs('openmoji', train)).input;
    const { names: others } = (await loadPairs('openmoji', test)).input;
    const has = (name: string) => names.includes(name) || others.includes(name);
    // A hand and hands with skin tones; the flag of Ascension; a brand's logo; a copyright sign, black in both.
    expect(['1F44B', '1F44B-1F3FB', '1F1E6-1F1E8', 'E040', '00A9'].map(has)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
    // A red heart, and an orange one with its outline; clocks at twelve.
    expect(['2764', '1F9E1'].map(has)).toEqual([true, false]);
  });

  // A winking face: a circle around (36, 36) of 72 with radius 23 in #FCEA2B, a line of width 2 around it, and nothing
  // in the middle of its forehead. In a picture twice as wide it begins 36 to the right.
  const [face, forehead, corner, beside] = ['1F61C', [72, 20], [36, 0], [8, 36]] as const;
  const yellow = [0xfc, 0xea, 0x2b];
  const wide = { split: 'test', width: 144, height: 72 } as const;

  it('draws outlines and colors on white, in the middle of what is not square', async () => {
    const { input, target } = await loadPairs('openmoji', wide);
    expect(pixel(input, face, forehead)).toEqual(white);
    expect(pixel(target, face, forehead)).toEqual(yellow);
    // On the line, at its top: 36 - 23.
    for (const drawn of [input, target]) {
      expect(Math.max(...pixel(drawn, face, [72, 13]))).toBeLessThan(64);
      expect([corner, beside].map((at) => pixel(drawn, face, at))).toEqual([white, white]);
    }
    const pictures = await loadPictures('openmoji', wide);
    // Byte for byte, which `toEqual` does not bear for so many.
    expect(Buffer.from(pictures.data).equals(target.data)).toBe(true);
  });

  it('draws colored areas without lines as classes', async () => {
    const { input, target, classes } = await loadLabelPairs('openmoji-labels', wide);
    const background = classes[0]?.color;
    expect(
      [forehead, [72, 13], corner, beside].map((at) => pixel(input, face, at as Place)),
    ).toEqual([yellow, yellow, background, background]);
    expect(pixel(target, face, corner)).toEqual(white);
    const colors = new Set(classes.map(({ color }) => color.join()));
    expect(colors.size).toBe(25);
    for (const name of input.names) {
      const bytes = pictureBytes(input, input.names.indexOf(name));
      for (let at = 0; at < bytes.length; at += 3) {
        if (!colors.has(bytes.subarray(at, at + 3).join())) expect.fail(`${name} at ${at}`);
      }
    }
  });

  it('tells how many are drawn, and ends by its signal', async () => {
    const told: number[][] = [];
    await loadPairs('openmoji', { ...test, onProgress: (done, total) => told.push([done, total]) });
    expect(told.at(-1)).toEqual([2 * 146, 2 * 146]);
    const signal = AbortSignal.abort(new Error('enough'));
    // Of a size that no cache has.
    const size = { width: 7, height: 1000 + (Date.now() % 1000) };
    await expect(loadPairs('openmoji', { ...test, ...size, signal })).rejects.toThrow('enough');
  });
});

describe('loadUnpaired of openmoji', () => {
  it('takes outlines and colors of different symbols, and knows what each hides', async () => {
    const pairs = await loadPairs('openmoji', test);
    const { a, b, truth } = await loadUnpaired('openmoji', test);
    expect([...a.names, ...b.names].sort()).toEqual([...pairs.input.names].sort());
    expect(a.names.filter((name) => b.names.includes(name))).toEqual([]);
    expect([truth?.b.names, truth?.a.names]).toEqual([a.names, b.names]);
    const all = (pictures: Pictures | undefined, of: Pictures) =>
      pictures?.names.every((name, i) =>
        Buffer.from(pictureBytes(pictures, i)).equals(pictureBytes(of, of.names.indexOf(name))),
      );
    expect([all(a, pairs.input), all(truth?.a, pairs.input)]).toEqual([true, true]);
    expect([all(b, pairs.target), all(truth?.b, pairs.target)]).toEqual([true, true]);
    // 1F914 hashes to 0241dadd 0373fd8e, and 1F61C to 0f3719cf d9c72136.
    expect([a.names.includes('1F914'), b.names.includes('1F61C')]).toEqual([true, true]);
  });
});
