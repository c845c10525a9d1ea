import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeInBrowser, launchBrowser } from './browser.js';
import { modelRepository } from './models.js';
import { conformance } from './page/conformance.js';
import { type FileServer, serveFiles } from './serve-files.js';
import { usePage } from './use-page.js';

/** Written by a second implementation; core is held to them in Node. */
const vectors = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../packages/core/test-vectors/latents.json'), 'utf8'),
) as { latents: { seed: number; bits: string[]; label10: number }[]; sha256: string };

const titles = Object.keys(conformance);

describeInBrowser('samplers in Chromium', () => {
  const used = usePage('tests', () => modelRepository);
  let files: FileServer;

  beforeAll(async () => {
    files = await serveFiles({ '/models/': modelRepository, '/': used.dir });
  });
  afterAll(() => files?.stop());

  const openPage = async (url: string, by: Browser = used.browser): Promise<Page> => {
    const page = await by.newPage();
    await page.goto(url);
    return page;
  };

  describe.each(['remote', 'local'] as const)('%s', (kind) => {
    let page: Page;
    beforeAll(async () => {
      page = await openPage(used.server.url);
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
    const page = await openPage(used.server.url);
    const { device, difference, bytes } = await compare(page, 'wasm', 20);
    expect({ device, bytes }).toEqual({ device: 'wasm', bytes: 10 * 20 * 784 });
    expect(difference).toBeLessThanOrEqual(1);
    await page.close();
  });

  it('draws on WebGPU what the server draws, within 1/255 in every pixel', async () => {
    const software = await launchBrowser('softwareGpu');
    try {
      const page = await openPage(used.server.url, software);
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
      const page = await openPage(used.server.url, software);
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
    const page = await openPage(used.server.url);
    const opening = page.evaluate(() =>
      window.ganvas.createLocalSampler({ url: '.', device: 'webgpu' }).then(() => undefined),
    );
    await expect(opening).rejects.toThrow(/no usable device among webgpu: webgpu: .*no adapter/);
    await page.close();
  });

  it.each([
    ['with', { threads: 1, workers: 1 }],
    // The client's own worker is one of the threads.
    ['with', { threads: 2, workers: 2 }],
    ['without', { threads: 2, workers: 1 }],
  ] as const)(
    'draws on WebAssembly %s isolation headers in as many workers as %o',
    async (headers, { threads, workers }) => {
      const page = await openPage(headers === 'with' ? used.server.url : files.url);
      const got = await page.evaluate(async (count) => {
        const url = 'models/mnist/ganvas.json';
        const runtime = { threads: count };
        const sampler = await window.ganvas.createLocalSampler({ url, device: 'wasm', runtime });
        const [picture] = await sampler.sample({ seed: 1, label: 7 });
        return { isIsolated: crossOriginIsolated, size: picture?.data.length };
      }, threads);
      expect(got).toEqual({ isIsolated: headers === 'with', size: 784 });
      expect(page.workers()).toHaveLength(workers);
      await page.close();
    },
  );

  it('leaves the page free while it draws', async () => {
    const page = await openPage(used.server.url);
    const { totalMs, longestMs } = await page.evaluate(async () => {
      const options = { url: '.', device: 'wasm', batchSize: 1000 } as const;
      const sampler = await window.ganvas.createLocalSampler(options);
      const start = performance.now();
      let [last, longest] = [start, 0];
      const tick = () => {
        const now = performance.now();
        longest = Math.max(longest, now - last);
        last = now;
      };
      const timer = setInterval(tick, 1);
      await sampler.sample({ count: 1000, seed: 1 });
      tick();
      clearInterval(timer);
      await sampler.dispose();
      return { totalMs: last - start, longestMs: longest };
    });
    // One batch: a page that drew it by itself would be blocked for nearly all of the time.
    expect(longestMs).toBeLessThan(totalMs / 2);
    await page.close();
  });

  it('draws the latents of the test vectors, bit for bit', async () => {
    const page = await openPage(used.server.url);
    const got = await page.evaluate(async (all) => {
      const { latentFromSeed, labelFromSeed } = window.ganvas;
      const toHex = (words: Uint32Array | Uint8Array, digits: number) =>
        Array.from(words, (word) => word.toString(16).padStart(digits, '0'));
      const latents = all.map(({ seed, bits }) => {
        const z = latentFromSeed(seed, bits.length);
        return {
          seed,
          bits: toHex(new Uint32Array(z.buffer), 8),
          label10: labelFromSeed(seed, 10),
        };
      });
      const many = new Float32Array(1000 * 128);
      for (let seed = 0; seed < 1000; seed++) many.set(latentFromSeed(seed, 128), seed * 128);
      const digest = await crypto.subtle.digest('SHA-256', many);
      return { latents, sha256: toHex(new Uint8Array(digest), 2).join('') };
    }, vectors.latents);
    expect(got).toEqual(vectors);
    await page.close();
  });
});
