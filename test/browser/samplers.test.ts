import { type RunningServer, startServer } from '@ganvas/serve';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, noBrowser } from './browser.js';
import { type BuiltPage, buildPage } from './build-page.js';
import { modelRepository } from './models.js';
import { conformance } from './page/conformance.js';
import { type FileServer, serveFiles } from './serve-files.js';

const titles = Object.keys(conformance);

describe.skipIf(noBrowser)('samplers in Chromium', () => {
  let built: BuiltPage;
  let server: RunningServer;
  let files: FileServer;
  let browser: Browser;

  beforeAll(async () => {
    built = await buildPage('tests');
    const playgroundDir = built.dir;
    const options = { repository: modelRepository, port: 0, playgroundDir };
    server = await startServer(options);
    files = await serveFiles({ '/models/': modelRepository, '/': playgroundDir });
    browser = await launchBrowser('plain');
  });
  afterAll(async () => {
    await browser?.close();
    await files?.stop();
    await server?.stop();
    await built?.remove();
  });

  const openPage = async (url: string, by: Browser = browser): Promise<Page> => {
    const page = await by.newPage();
    await page.goto(url);
    return page;
  };

  describe.each(['remote', 'local'] as const)('%s', (kind) => {
    let page: Page;
    beforeAll(async () => {
      page = await openPage(server.url);
      await page.evaluate(async (which) => {
        const { createRemoteSampler, createLocalSampler } = window.ganvas;
        const create = { remote: createRemoteSampler, local: createLocalSampler }[which];
        Object.assign(window, {
          sampler: await create({ url: '.', model: 'mnist', batchSize: 4 }),
        });
      }, kind);
    });
    afterAll(() => page?.close());

    it.each(titles)('%s', async (title) => {
      const run = page.evaluate(
        (name) => window.ganvas.conformance[name]?.(Reflect.get(window, 'sampler')),
        title,
      );
      // A check that fails throws in the page, with what it expected.
      await expect(run).resolves.toBeUndefined();
    });
  });

  /** Draw the same pictures in the page and on the server, and compare each pixel. */
  const compare = (page: Page, device: 'wasm' | 'webgpu', count: number) =>
    page.evaluate(
      async ([local, pictures]) => {
        const { createLocalSampler, createRemoteSampler, maxDifference } = window.ganvas;
        const here = await createLocalSampler({ url: '.', device: local });
        const there = await createRemoteSampler({ url: '.' });
        let [difference, differing, bytes] = [0, 0, 0];
        for (const label of there.model.labels ?? []) {
          const request = { label, seed: 1, count: pictures };
          const mine = await here.sample(request);
          const theirs = await there.sample(request);
          for (const [i, picture] of mine.entries()) {
            const other = theirs[i];
            if (!other) throw new Error('expected as many pictures from the server');
            difference = Math.max(difference, maxDifference(picture, other));
            differing += picture.data.filter((byte, at) => byte !== other.data[at]).length;
            bytes += picture.data.length;
          }
        }
        const result = { device: here.device, difference, differing, bytes };
        await here.dispose();
        return result;
      },
      [device, count] as const,
    );

  it('draws on WebAssembly what the server draws, within 1/255 in every pixel', async () => {
    const page = await openPage(server.url);
    const { device, difference, bytes } = await compare(page, 'wasm', 20);
    expect({ device, bytes }).toEqual({ device: 'wasm', bytes: 10 * 20 * 784 });
    expect(difference).toBeLessThanOrEqual(1);
    await page.close();
  });

  it('draws on WebGPU what the server draws, within 1/255 in every pixel', async () => {
    const software = await launchBrowser('softwareGpu');
    try {
      const page = await openPage(server.url, software);
      const { device, difference, bytes } = await compare(page, 'webgpu', 1);
      expect({ device, bytes }).toEqual({ device: 'webgpu', bytes: 10 * 784 });
      expect(difference).toBeLessThanOrEqual(1);
    } finally {
      await software.close();
    }
  });

  it('prefers WebAssembly to a software adapter unless WebGPU is asked for, and says why', async () => {
    const software = await launchBrowser('softwareGpu');
    try {
      const page = await openPage(server.url, software);
      const got = await page.evaluate(async () => {
        const { device, refusals } = await window.ganvas.createLocalSampler({ url: '.' });
        return { device, refusals };
      });
      expect(got.device).toBe('wasm');
      expect(got.refusals).toEqual([
        { device: 'webgpu', reason: expect.stringContaining('software adapter') },
      ]);
    } finally {
      await software.close();
    }
  });

  it('says why WebGPU cannot be had where it is asked for and there is none', async () => {
    const page = await openPage(server.url);
    const opening = page.evaluate(() =>
      window.ganvas.createLocalSampler({ url: '.', device: 'webgpu' }).then(() => undefined),
    );
    await expect(opening).rejects.toThrow(/no usable device among webgpu: webgpu: .*no adapter/);
    await page.close();
  });

  it.each([
    ['with', 2],
    ['without', 2],
  ] as const)(
    'draws on WebAssembly %s isolation headers, whatever threads are asked for',
    async (which, threads) => {
      const page = await openPage(which === 'with' ? server.url : files.url);
      const got = await page.evaluate(async (count) => {
        const url = 'models/mnist/ganvas.json';
        const runtime = { threads: count };
        const sampler = await window.ganvas.createLocalSampler({ url, device: 'wasm', runtime });
        const [picture] = await sampler.sample({ seed: 1, label: 7 });
        return { isIsolated: crossOriginIsolated, size: picture?.data.length };
      }, threads);
      expect(got).toEqual({ isIsolated: which === 'with', size: 784 });
      await page.close();
    },
  );

  it('leaves the page free while it draws', async () => {
    const page = await openPage(server.url);
    const { longestMs, frames } = await page.evaluate(async () => {
      const sampler = await window.ganvas.createLocalSampler({ url: '.', device: 'wasm' });
      let [last, longest, count, isOver] = [performance.now(), 0, 0, false];
      const tick = () => {
        const now = performance.now();
        longest = Math.max(longest, now - last);
        last = now;
        count++;
        if (!isOver) setTimeout(tick, 1);
      };
      tick();
      await sampler.sample({ count: 400, seed: 1 });
      isOver = true;
      await sampler.dispose();
      return { longestMs: longest, frames: count };
    });
    // 400 pictures take several hundred milliseconds; a page that waits for them would tick once.
    expect(frames).toBeGreaterThan(20);
    expect(longestMs).toBeLessThan(200);
    await page.close();
  });

  it('draws the latents of Node for every seed, bit for bit', async () => {
    const page = await openPage(server.url);
    const { latentFromSeed } = await import('@ganvas/core');
    const seeds = [0, 1, 2, 41, 1000, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1];
    const here = seeds.map((seed) => [...new Uint32Array(latentFromSeed(seed, 512).buffer)]);
    const there = await page.evaluate(
      (all) =>
        all.map((seed) => [...new Uint32Array(window.ganvas.latentFromSeed(seed, 512).buffer)]),
      seeds,
    );
    expect(there).toEqual(here);
    await page.close();
  });
});
