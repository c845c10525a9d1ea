import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeInBrowser, launchBrowser } from './browser.js';
import { modelRepository, writeTranslator } from './models.js';
import { translatorConformance } from './page/translator-conformance.js';
import { usePage } from './use-page.js';

const bundled = ['openmoji-color', 'openmoji-cycle'] as const;

describeInBrowser('translators in Chromium', () => {
  let repository: string;
  const used = usePage('tests', async () => {
    repository = await mkdtemp(join(tmpdir(), 'ganvas-translators-'));
    for (const name of ['paint', 'restore'] as const) {
      await writeTranslator(repository, name, { width: 32, height: 32 });
    }
    for (const name of bundled) {
      await cp(join(modelRepository, name), join(repository, name), { recursive: true });
    }
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
  const compare = (
    page: Page,
    device: 'wasm' | 'webgpu',
    sides: readonly number[],
    name = 'paint',
  ) =>
    page.evaluate(
      async ([local, all, model]) => {
        const { createLocalTranslator, createRemoteTranslator, drawTest } = window.ganvas;
        const here = await createLocalTranslator({ url: '.', model, device: local });
        const there = await createRemoteTranslator({ url: '.', model });
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
      [device, sides, name] as const,
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

  it.each(bundled)(
    'translates by %s as the server does: WebAssembly, then WebGPU',
    async (name) => {
      const page = await openPage();
      expect((await compare(page, 'wasm', [128, 50], name)).difference).toBeLessThanOrEqual(1);
      await page.close();
      const software = await launchBrowser('softwareGpu');
      try {
        const gpu = await compare(await openPage(software), 'webgpu', [64], name);
        expect(gpu.device).toBe('webgpu');
        expect(gpu.difference).toBeLessThanOrEqual(2);
      } finally {
        await software.close();
      }
    },
  );

  it('reports the pieces of a large picture, and leaves the page free meanwhile', async () => {
    const page = await openPage();
    const { reports, turns } = await page.evaluate(async () => {
      const { createLocalTranslator, drawTest } = window.ganvas;
      const translator = await createLocalTranslator({ url: '.', model: 'paint' });
      const picture = drawTest(1300, 1300, 3);
      const all: [number, number][] = [];
      const onProgress = ({ done, total }: { done: number; total: number }) => {
        all.push([done, total]);
      };
      let count = 0;
      const timer = setInterval(() => count++, 1);
      await translator.translate(picture, { onProgress });
      clearInterval(timer);
      await translator.dispose();
      return { reports: all, turns: count };
    });
    expect(reports).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9].map((done) => [done, 9]));
    // A page that did the work itself would get a turn between two pieces at most.
    expect(turns).toBeGreaterThan(9);
    await page.close();
  });

  it('frees the worker after the piece in which it is aborted, and skips what waits', async () => {
    const page = await openPage();
    const totals = await page.evaluate(async () => {
      const { createLocalTranslator, drawTest } = window.ganvas;
      // What the worker itself says, whether somebody still listens or not.
      const reports: number[] = [];
      const Own = Worker;
      window.Worker = class extends Own {
        constructor(...args: ConstructorParameters<typeof Worker>) {
          super(...args);
          this.addEventListener('message', ({ data }) => {
            if ('progress' in data) reports.push(data.progress.total);
          });
        }
      };
      const translator = await createLocalTranslator({ url: '.', model: 'paint' });
      const large = drawTest(1600, 1600, 3);
      const abort = new AbortController();
      const ignore = (promise: Promise<unknown>) => void promise.catch(() => undefined);
      await new Promise<void>((resolve) => {
        const { signal } = abort;
        ignore(translator.translate(large, { signal, onProgress: () => resolve() }));
        ignore(translator.translate(large, { signal }));
      });
      abort.abort();
      await translator.translate(drawTest(8, 8, 3));
      await translator.dispose();
      return reports;
    });
    // Two large pictures of 16 pieces each were given up; the small one is one piece.
    expect(totals.at(-1)).toBe(1);
    expect(totals.slice(0, -1)).toEqual(totals.slice(0, -1).map(() => 16));
    expect(totals.length - 1).toBeLessThan(16);
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
      // What is missing from this one would take 1.6 GB: it is refused before it is decoded.
      const [ihdr, sides] = [
        [0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52],
        [0, 0, 0x4e, 0x20],
      ];
      const start = [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, ...ihdr, ...sides, ...sides];
      const sources = [
        await canvas.convertToBlob({ type: 'image/png' }),
        new Blob([Uint8Array.from(start)], { type: 'image/png' }),
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
    expect(reasons[1]).toContain('at most 16777216 pixels, got 20000 x 20000: make it smaller');
    for (const reason of reasons.slice(2)) {
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
