import type { Translator } from '@ganvas/client/local';
import type { Pixels } from '@ganvas/core';
import { maxDifference } from './conformance.js';
import { expectEqual, reasonOf } from './expect.js';

/** A picture without a pattern, the same every time; a fourth channel is opaque. */
export function drawTest(height: number, width: number, channels: number): Pixels {
  const data = Uint8Array.from({ length: height * width * channels }, (_, i) =>
    i % channels === 3 ? 255 : 128 + 127 * Math.sin(i * 0.7 + (i % channels)),
  );
  return { data, count: 1, height, width, channels };
}

const toImageData = ({ data, width }: Pixels) => new ImageData(Uint8ClampedArray.from(data), width);

async function toPng(pixels: Pixels): Promise<Blob> {
  const canvas = new OffscreenCanvas(pixels.width, pixels.height);
  canvas.getContext('2d')?.putImageData(toImageData(pixels), 0, 0);
  return await canvas.convertToBlob({ type: 'image/png' });
}

/**
 * What every translator does, by its title. Each is run on a translator of `paint`, which learned on 32 x 32
 * pixels, takes sides of a multiple of 8 and gives each picture a look of its own. The last one disposes it.
 */
export const translatorConformance: Readonly<
  Record<string, (translator: Translator) => Promise<void>>
> = {
  async 'says its model and its device'({ model, device }) {
    await Promise.resolve();
    const { name, image, source } = model;
    expectEqual([name, image.width, source.encoding], ['paint', 32, 'picture'], 'model');
    expectEqual(typeof device, 'string', 'device');
  },

  async 'gives a picture of any size in the same size'(translator) {
    for (const [height, width] of [
      [1, 1],
      [3, 5],
      [50, 50],
      [129, 64],
    ] as const) {
      const picture = await translator.translate(drawTest(height, width, 3));
      const { data } = picture;
      const size = [picture.height, picture.width, picture.channels, data.length];
      expectEqual(size, [height, width, 3, height * width * 3], 'size');
    }
  },

  async 'gives another picture for another, and the same for the same'(translator) {
    const [a, b] = [drawTest(20, 30, 3), drawTest(20, 30, 3)];
    b.data.fill(0, 0, 900);
    const [first, again, other] = [
      await translator.translate(a),
      await translator.translate(a),
      await translator.translate(b),
    ];
    expectEqual(maxDifference(first, again), 0, 'the same');
    expectEqual(maxDifference(first, other) > 10, true, 'another');
    expectEqual(a, drawTest(20, 30, 3), 'the picture itself');
  },

  async 'takes bytes, image data, a bitmap and a file alike'(translator) {
    const pixels = drawTest(21, 34, 4);
    const bitmap = await createImageBitmap(toImageData(pixels));
    const expected = await translator.translate(pixels);
    const sources = [toImageData(pixels), bitmap, await toPng(pixels)];
    for (const source of sources) {
      const picture = await translator.translate(source);
      expectEqual(maxDifference(picture, expected), 0, source.constructor.name);
    }
    // It still belongs to who made it.
    expectEqual([bitmap.width, bitmap.height], [34, 21], 'bitmap');
  },

  async 'lays clear pixels onto white'(translator) {
    const white = drawTest(8, 8, 3);
    white.data.fill(255);
    const clear = drawTest(8, 8, 4);
    clear.data.fill(0);
    const expected = await translator.translate(white);
    expectEqual(maxDifference(await translator.translate(clear), expected), 0, 'bytes');
    expectEqual(
      maxDifference(await translator.translate(toImageData(clear)), expected),
      0,
      'image data',
    );
  },

  async 'takes a view of bytes, and leaves them to the caller'(translator) {
    const two = drawTest(16, 8, 3);
    const lower = { ...two, height: 8, data: two.data.subarray(8 * 8 * 3) };
    const expected = await translator.translate({ ...lower, data: lower.data.slice() });
    expectEqual(maxDifference(await translator.translate(lower), expected), 0, 'lower half');
    expectEqual(two.data.length, 16 * 8 * 3, 'bytes');
  },

  async 'translates requests that come together, each for itself'(translator) {
    const pictures = [5, 6, 7, 8].map((height) => drawTest(height, 9, 3));
    const together = await Promise.all(pictures.map((each) => translator.translate(each)));
    for (const [i, picture] of together.entries()) {
      const alone = await translator.translate(pictures[i] as Pixels);
      expectEqual(maxDifference(picture, alone), 0, `picture ${i}`);
    }
  },

  async 'rejects with the reason of its signal, and goes on with the next picture'(translator) {
    const abort = new AbortController();
    const { signal } = abort;
    const running = reasonOf(translator.translate(drawTest(300, 300, 3), { signal }));
    setTimeout(() => abort.abort(new Error('enough')), 1);
    expectEqual(String(await running), 'Error: enough', 'reason');
    const late = await reasonOf(translator.translate(drawTest(4, 4, 3), { signal }));
    expectEqual(String(late), 'Error: enough', 'reason of a signal that is aborted already');
    expectEqual((await translator.translate(drawTest(4, 4, 3))).height, 4, 'next');
  },

  async 'refuses what is no picture, and goes on with the next one'(translator) {
    for (const source of [
      { ...drawTest(4, 4, 3), count: 2 },
      new Blob(['not a picture'], { type: 'image/png' }),
    ]) {
      const reason = await reasonOf(translator.translate(source));
      if (!(reason instanceof Error)) throw new Error(`expected an error, got ${reason}`);
      expectEqual(['InputError', 'HttpError'].includes(reason.name), true, String(reason));
    }
    expectEqual((await translator.translate(drawTest(4, 4, 3))).height, 4, 'next');
  },

  async 'gives pictures as ImageData and as a PNG file'(translator) {
    const picture = await translator.translate(drawTest(6, 10, 3));
    const { data, width } = picture.toImageData();
    expectEqual([width, data.length, data[0], data[3]], [10, 240, picture.data[0], 255], 'RGBA');
    const bitmap = await createImageBitmap(await picture.toBlob());
    const context = new OffscreenCanvas(10, 6).getContext('2d');
    context?.drawImage(bitmap, 0, 0);
    expectEqual(context?.getImageData(0, 0, 10, 6).data, data, 'pixels of the file');
  },

  async 'rejects what is in progress and what comes later when it is disposed'(translator) {
    const running = reasonOf(translator.translate(drawTest(300, 300, 3)));
    await translator.dispose();
    await translator.dispose();
    const later = await reasonOf(translator.translate(drawTest(4, 4, 3)));
    const disposed = 'Error: translator: disposed; create another to go on';
    expectEqual([String(await running), String(later)], [disposed, disposed], 'reasons');
  },
};
