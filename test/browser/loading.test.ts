import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeInBrowser, launchBrowser } from './browser.js';
import { modelRepository } from './models.js';
import { serveReplacedModel } from './serve-replaced-model.js';
import { usePage } from './use-page.js';

describeInBrowser('loading a model into a page', () => {
  const used = usePage('tests', () => modelRepository);
  let page: Page;

  beforeEach(async () => {
    page = await used.browser.newPage();
    await page.goto(used.server.url);
  });
  afterEach(() => page?.close());

  /** Load from the server, after what the test has done to its answers. */
  const load = () =>
    page.evaluate(() =>
      window.ganvas.createLocalSampler({ url: '.' }).then(({ device }) => device),
    );

  it('reports the bytes of the model as they come, then the start', async () => {
    const reports = await page.evaluate(async () => {
      const all: { phase: string; loadedBytes?: number; totalBytes?: number }[] = [];
      const onProgress = (progress: (typeof all)[number]) => all.push(progress);
      await window.ganvas.createLocalSampler({ url: '.', onProgress });
      return all;
    });
    const bytes = reports.flatMap(({ loadedBytes }) => loadedBytes ?? []);
    const total = used.server.models[0]?.variant.bytes;
    expect(reports.at(-1)).toEqual({ phase: 'start' });
    expect(reports.at(-2)).toEqual({ phase: 'model', loadedBytes: total, totalBytes: total });
    expect(bytes).toEqual([...bytes].sort((a, b) => a - b));
  });

  it('refuses a model whose bytes are not those of the manifest', async () => {
    await page.route('**/*.onnx?*', async (route) => {
      const response = await route.fetch();
      const body = await response.body();
      body[body.length >> 1] = ~(body[body.length >> 1] as number);
      await route.fulfill({ response, body });
    });
    await expect(load()).rejects.toThrow(
      /model\.onnx\?sha256=[0-9a-f]{16}: expected SHA-256 [0-9a-f]{64}, got [0-9a-f]{64}/,
    );
  });

  it('fetches a model past the cache where the cache holds other bytes', async () => {
    const files = await serveReplacedModel();
    const open = () =>
      page.evaluate(
        (url) => window.ganvas.createLocalSampler({ url }).then(({ device }) => device),
        files.url,
      );
    try {
      expect(await open()).toBe('wasm');
      expect(files.sent()).toBe(2);
      // What came past the cache has taken the place of what it held.
      expect(await open()).toBe('wasm');
      expect(files.sent()).toBe(2);
    } finally {
      await files.stop();
    }
  });

  it('refuses a model that was cut off', async () => {
    await page.route('**/*.onnx?*', async (route) => {
      const response = await route.fetch();
      const body = (await response.body()).subarray(0, 1000);
      await route.fulfill({ status: 200, body });
    });
    await expect(load()).rejects.toThrow(
      /model\.onnx\?\S+: expected \d+ bytes as in the manifest, got 1000/,
    );
  });

  it('says what the server said where there is no such model', async () => {
    const opening = page.evaluate(() =>
      window.ganvas.createLocalSampler({ url: '.', model: 'x' }).then(() => undefined),
    );
    await expect(opening).rejects.toThrow(/models\/x: 404: .*expected one of mnist/);
  });

  it('says what to install where onnxruntime-web cannot be loaded', async () => {
    const opening = page.evaluate(() =>
      window.ganvas
        .createLocalSampler({ url: '.', runtime: { moduleUrl: '/missing.js' } })
        .then(() => undefined),
    );
    await expect(opening).rejects.toThrow('npm install onnxruntime-web');
  });

  it('says that its worker cannot be loaded where that is so', async () => {
    const opening = page.evaluate(() => {
      const createWorker = () => new Worker('/missing.js', { type: 'module' });
      return window.ganvas.createLocalSampler({ url: '.', createWorker }).then(() => undefined);
    });
    await expect(opening).rejects.toThrow('the worker of @ganvas/client failed');
  });

  it("stops when it is aborted, with the signal's reason", async () => {
    const opening = page.evaluate(() => {
      const abort = new AbortController();
      const onProgress = ({ phase }: { phase: string }) => {
        if (phase === 'start') setTimeout(() => abort.abort(new Error('enough')), 10);
      };
      const { signal } = abort;
      return window.ganvas
        .createLocalSampler({ url: '.', signal, onProgress })
        .then(() => undefined);
    });
    await expect(opening).rejects.toThrow('enough');
  });

  it('takes a model from memory, and leaves the bytes to the caller', async () => {
    const { length, size } = await page.evaluate(async () => {
      const manifest = await (await fetch('models/mnist/ganvas.json')).json();
      const file = await fetch(`models/mnist/${manifest.variants[0].file}`);
      const bytes = new Uint8Array(await file.arrayBuffer());
      const sampler = await window.ganvas.createLocalSampler({ manifest, bytes });
      const [picture] = await sampler.sample({ seed: 1 });
      return { length: bytes.length, size: picture?.data.length };
    });
    expect({ length, size }).toEqual({ length: used.server.models[0]?.variant.bytes, size: 784 });
  });

  it('says that it cannot check a model on an insecure page, and loads it where told not to', async () => {
    const insecure = await launchBrowser('insecure');
    try {
      const there = await insecure.newPage();
      await there.goto(`http://insecure.test:${used.server.port}`);
      const open = (verify: boolean) =>
        there.evaluate(
          async (isChecked) =>
            (await window.ganvas.createLocalSampler({ url: '.', verify: isChecked })).device,
          verify,
        );
      await expect(open(true)).rejects.toThrow('cannot check its SHA-256');
      expect(await open(false)).toBe('wasm');
    } finally {
      await insecure.close();
    }
  });
});
