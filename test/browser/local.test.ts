import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, noBrowser } from './browser.js';
import { buildPage } from './build-page.js';
import { modelRepository } from './models.js';
import { type FileServer, serveFiles } from './serve-files.js';

describe.skipIf(noBrowser)('createLocalSampler', () => {
  let browser: Browser;
  let server: FileServer;
  let page: Page;
  beforeAll(async () => {
    const folder = await buildPage();
    server = await serveFiles({
      folders: { '/models/': modelRepository, '/': folder },
      isIsolated: false,
    });
    browser = await launchBrowser('none');
    page = await browser.newPage();
    page.on('console', (m) => process.stderr.write(`${m.text()}\n`));
    page.on('pageerror', (m) => process.stderr.write(`${m}\n`));
    await page.goto(server.url);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });
  it('falls back to WebAssembly', async () => {
    const got = await page.evaluate(async () => {
      const start = performance.now();
      const phases: unknown[] = [];
      const sampler = await window.ganvas.createLocalSampler({
        url: 'models/mnist/ganvas.json',
        onProgress: (p) => phases.push(p),
      });
      const loaded = performance.now();
      const pictures = await sampler.sample({ count: 20, seed: 1, label: '7' });
      return {
        device: sampler.device,
        refusals: sampler.refusals,
        phases: phases.length,
        load: loaded - start,
        run: performance.now() - loaded,
        n: pictures.length,
        first: pictures[0]?.seed,
        iso: crossOriginIsolated,
        sum: pictures[3]?.data.reduce((a, b) => a + b, 0),
      };
    });
    process.stderr.write(JSON.stringify(got) + '\n');
    expect(got.device).toBe('wasm');
  });
});
