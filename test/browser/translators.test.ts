import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportModel } from '@ganvas/export';
import * as tf from '@tensorflow/tfjs-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeInBrowser, launchBrowser } from './browser.js';
import { translatorConformance } from './page/translator-conformance.js';
import { usePage } from './use-page.js';

/** A convolution over 5 x 5 pixels: it sees 2 pixels far. */
function paint(channels: number) {
  const filter = Float32Array.from({ length: 25 * channels * 3 }, (_, i) => Math.sin(i * 12.9898));
  const weights = tf.tensor4d(filter, [5, 5, channels, 3]);
  return ({ source }: Record<string, tf.Tensor>) => ({
    image: tf.tanh(tf.mul(tf.conv2d(source as tf.Tensor4D, weights, 1, 'same'), 0.3)),
  });
}

/** A small translator in a repository; `masked` ones take a mask beside the colours. */
async function write(repository: string, encoding: 'picture' | 'masked'): Promise<void> {
  const channels = encoding === 'picture' ? 3 : 4;
  await exportModel(paint(channels), {
    to: join(repository, encoding === 'picture' ? 'paint' : 'restore'),
    inputs: { source: { shape: ['N', 'H', 'W', channels], dtype: 'float32' } },
    description: {
      task: 'translate',
      source: { channels, encoding },
      image: { width: 32, height: 32, channels: 3, range: [-1, 1], sizeMultiple: 4 },
      license: 'MIT',
    },
    feed: (batch, { height, width }) => ({
      source: new Float32Array(batch * height * width * channels).map((_, i) => Math.sin(i)),
    }),
  });
}

describeInBrowser('translators in Chromium', () => {
  let repository: string;
  const used = usePage('tests', async () => {
    repository = await mkdtemp(join(tmpdir(), 'ganvas-translators-'));
    await write(repository, 'picture');
    await write(repository, 'masked');
    return repository;
  });
  afterAll(() => rm(repository, { recursive: true, force: true }));

  const openPage = async (by: Browser = used.browser): Promise<Page> => {
    const page = await by.newPage();
    await page.goto(used.server.url);
    return page;
  };

  describe.each(['remote', 'local'] as const)('%s', (kind) => {
    let page: Page;
    beforeAll(async () => {
      page = await openPage();
      await page.evaluate(async (which) => {
        const { createRemoteTranslator, createLocalTranslator } = window.ganvas;
        const create = { remote: createRemoteTranslator, local: createLocalTranslator }[which];
        Object.assign(window, { translator: await create({ url: '.', model: 'paint' }) });
      }, kind);
    });
    afterAll(() => page?.close());

    it.each(Object.keys(translatorConformance))('%s', async (title) => {
      const run = page.evaluate(
        (name) => window.ganvas.translatorConformance[name]?.(Reflect.get(window, 'translator')),
        title,
      );
      // A check that fails throws in the page, with what it expected.
      await expect(run).resolves.toBeUndefined();
    });
  });

  /** Translate the same pictures in the page and on the server: the largest difference in any pixel. */
  const compare = (page: Page, device: 'wasm' | 'webgpu', sides: readonly number[]) =>
    page.evaluate(
      async ([local, all]) => {
        const { createLocalTranslator, createRemoteTranslator, drawTest } = window.ganvas;
        const here = await createLocalTranslator({ url: '.', model: 'paint', device: local });
        const there = await createRemoteTranslator({ url: '.', model: 'paint' });
        let difference = 0;
        for (const side of all) {
          const picture = drawTest(side, side + 3, 4);
          const [mine, theirs] = [await here.translate(picture), await there.translate(picture)];
          difference = Math.max(difference, window.ganvas.maxDifference(mine, theirs));
        }
        const result = { device: here.device, difference };
        await here.dispose();
        return result;
      },
      [device, sides] as const,
    );

  it('translates on WebAssembly as the server does, within 1/255 in every pixel', async () => {
    const page = await openPage();
    // The last one is done in pieces.
    const { device, difference } = await compare(page, 'wasm', [1, 32, 77, 600]);
    expect(device).toBe('wasm');
    expect(difference).toBeLessThanOrEqual(1);
    await page.close();
  });

  it('translates on WebGPU as the server does, within 2/255 in every pixel', async () => {
    const software = await launchBrowser('softwareGpu');
    try {
      const { device, difference } = await compare(await openPage(software), 'webgpu', [1, 33]);
      expect(device).toBe('webgpu');
      expect(difference).toBeLessThanOrEqual(2);
    } finally {
      await software.close();
    }
  });

  it('reports the pieces of a large picture, and leaves the page free meanwhile', async () => {
    const page = await openPage();
    const { reports, totalMs, longestMs } = await page.evaluate(async () => {
      const { createLocalTranslator, drawTest } = window.ganvas;
      const translator = await createLocalTranslator({ url: '.', model: 'paint' });
      const picture = drawTest(1300, 1300, 3);
      const all: [number, number][] = [];
      const onProgress = ({ done, total }: { done: number; total: number }) => {
        all.push([done, total]);
      };
      const start = performance.now();
      let [last, longest] = [start, 0];
      const tick = () => {
        const now = performance.now();
        longest = Math.max(longest, now - last);
        last = now;
      };
      const timer = setInterval(tick, 1);
      await translator.translate(picture, { onProgress });
      tick();
      clearInterval(timer);
      await translator.dispose();
      return { reports: all, totalMs: last - start, longestMs: longest };
    });
    expect(reports).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map((done) => [done, 9]));
    expect(longestMs).toBeLessThan(totalMs / 2);
    await page.close();
  });

  it('frees the worker after the piece in which it is aborted, and skips what waits', async () => {
    const page = await openPage();
    const { wholeMs, nextMs } = await page.evaluate(async () => {
      const { createLocalTranslator, drawTest } = window.ganvas;
      const translator = await createLocalTranslator({ url: '.', model: 'paint' });
      const large = drawTest(1600, 1600, 3);
      const timed = async (work: () => Promise<unknown>) => {
        const start = performance.now();
        await work();
        return performance.now() - start;
      };
      const wholeMs = await timed(() => translator.translate(large));
      const abort = new AbortController();
      const ignore = (promise: Promise<unknown>) => void promise.catch(() => undefined);
      await new Promise<void>((resolve) => {
        const { signal } = abort;
        ignore(translator.translate(large, { signal, onProgress: () => resolve() }));
        ignore(translator.translate(large, { signal }));
      });
      abort.abort();
      const nextMs = await timed(() => translator.translate(drawTest(8, 8, 3)));
      await translator.dispose();
      return { wholeMs, nextMs };
    });
    // Two large pictures were given up, 16 pieces each, of which two at most were done.
    expect(nextMs).toBeLessThan(wholeMs / 2);
    await page.close();
  });

  it('fills in what is clear, and keeps the rest byte by byte', async () => {
    const page = await openPage();
    const { kept, filled, reason } = await page.evaluate(async () => {
      const { createLocalTranslator, drawTest } = window.ganvas;
      const translator = await createLocalTranslator({ url: '.', model: 'restore' });
      const picture = drawTest(40, 40, 4);
      const refused = await translator.translate(picture).catch((error: unknown) => String(error));
      // The upper half is a hole.
      for (let pixel = 0; pixel < 800; pixel++) picture.data[pixel * 4 + 3] = 0;
      const image = new ImageData(Uint8ClampedArray.from(picture.data), 40);
      const { data } = await translator.translate(image);
      const differs = (pixel: number) =>
        [0, 1, 2].some((c) => data[pixel * 3 + c] !== picture.data[pixel * 4 + c]);
      const count = (from: number) =>
        Array.from({ length: 800 }, (_, i) => differs(from + i)).filter(Boolean).length;
      await translator.dispose();
      return { filled: count(0), kept: 800 - count(800), reason: refused };
    });
    expect(kept).toBe(800);
    expect(filled).toBeGreaterThan(700);
    expect(reason).toMatch(/^InputError: translatePixels: .*nothing to fill in/);
    await page.close();
  });

  it('refuses pictures that are too large, and files that are none, with what to do', async () => {
    const page = await openPage();
    const reasons = await page.evaluate(async () => {
      const { createLocalTranslator } = window.ganvas;
      const translator = await createLocalTranslator({ url: '.', model: 'paint' });
      const canvas = new OffscreenCanvas(8000, 4000);
      canvas.getContext('2d')?.fillRect(0, 0, 8000, 4000);
      const svg = '<svg xmlns="http://www.w3.org/2000/svg"><image href="http://x.test/a"/></svg>';
      const sources = [
        await canvas.convertToBlob({ type: 'image/png' }),
        new Blob(['GIF89a'], { type: 'image/gif' }),
        new Blob([svg], { type: 'image/svg+xml' }),
        new Blob([], { type: '' }),
      ];
      const all: string[] = [];
      for (const source of sources) {
        all.push(await translator.translate(source).then(String, String));
      }
      await translator.dispose();
      return all;
    });
    expect(reasons[0]).toBe(
      'InputError: translate: expected a picture of at most 16777216 pixels, got 8000 x 4000: make it smaller',
    );
    for (const reason of reasons.slice(1)) {
      expect(reason).toMatch(
        /^InputError: translate: expected a picture that this browser can decode/,
      );
    }
    await page.close();
  });

  it('turns photographs upright', async () => {
    const page = await openPage();
    const sizes = await page.evaluate(async () => {
      const { createLocalTranslator } = window.ganvas;
      const translator = await createLocalTranslator({ url: '.', model: 'paint' });
      const canvas = new OffscreenCanvas(20, 10);
      canvas.getContext('2d')?.fillRect(0, 0, 20, 10);
      const jpeg = await canvas.convertToBlob({ type: 'image/jpeg' });
      const bytes = new Uint8Array(await jpeg.arrayBuffer());
      // APP1 with one entry of EXIF: orientation 6, the camera was held upright.
      const exif = [0x45, 0x78, 0x69, 0x66, 0, 0, 0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1];
      const entry = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
      const app1 = [0xff, 0xe1, 0, 2 + exif.length + entry.length, ...exif, ...entry];
      const turned = new Blob([bytes.slice(0, 2), Uint8Array.from(app1), bytes.slice(2)], {
        type: 'image/jpeg',
      });
      const all: number[][] = [];
      for (const file of [jpeg, turned]) {
        const { width, height } = await translator.translate(file);
        all.push([width, height]);
      }
      await translator.dispose();
      return all;
    });
    expect(sizes).toEqual([
      [20, 10],
      [10, 20],
    ]);
    await page.close();
  });
});
