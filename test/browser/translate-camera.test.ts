import { rm } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { describeInBrowser, launchBrowser, patiently } from './browser.js';
import {
  expectPicture,
  invert,
  openPage,
  pixelAt,
  sketchOf,
  translated,
  writeTranslators,
} from './sketches.js';
import { usePage } from './use-page.js';

describeInBrowser('camera in the playground', () => {
  let repository: string;
  let page: Page;
  const used = usePage('playground', async () => {
    repository = await writeTranslators('invert', 'areas');
    return repository;
  });
  beforeEach(async () => {
    ({ page } = await openPage(used.browser));
  });
  afterEach(() => page?.close());
  afterAll(() => rm(repository, { recursive: true, force: true }));

  const open = async (model: string, on = page) => {
    await on.goto(`${used.server.url}/#model=${model}`);
    await translated(on);
  };
  /** Wait until there is one more step to take back. */
  const taken = (on = page) => on.locator('#undo:enabled').waitFor();

  /** Keep what cameras give, to see whether they are let go. */
  const watchCamera = (on: Page) =>
    on.addInitScript(() => {
      const streams: MediaStream[] = [];
      Object.assign(window, { streams });
      const devices = navigator.mediaDevices;
      const ask = devices.getUserMedia.bind(devices);
      devices.getUserMedia = async (wanted) => {
        const stream = await ask(wanted);
        streams.push(stream);
        return stream;
      };
    });
  const statesOf = (on: Page) =>
    on.evaluate(() =>
      (Reflect.get(window, 'streams') as MediaStream[]).flatMap((stream) =>
        stream.getTracks().map(({ readyState }) => readyState),
      ),
    );

  it('takes a picture, and is let go then and when another model is shown', async () => {
    const browser = await launchBrowser('camera');
    try {
      const { page: shown, complaints: heard } = await openPage(browser);
      await watchCamera(shown);
      await open('invert', shown);
      await shown.getByRole('button', { name: 'Camera' }).click();
      await shown.locator('#take:enabled').waitFor();
      expect(await statesOf(shown)).toEqual(['live']);
      await shown.getByRole('button', { name: 'Take the picture' }).click();
      await taken(shown);
      expect(await statesOf(shown)).toEqual(['ended']);
      const sketch = await sketchOf(shown);
      // Chromium's camera shows green; where its pie and its clock are, other colours.
      const [r, g, b] = pixelAt(sketch, [0.05, 0.95]) as [number, number, number];
      expect(g).toBeGreaterThan(Math.max(r, b) + 60);
      await expectPicture(shown, invert(sketch));
      await shown.getByRole('button', { name: 'Camera' }).click();
      await shown.locator('#take:enabled').waitFor();
      await shown.getByLabel('Model').selectOption('areas');
      await translated(shown);
      expect(await statesOf(shown)).toEqual(['ended', 'ended']);
      expect(await shown.locator('#camera-view').isVisible()).toBe(false);
      expect(heard).toEqual([]);
    } finally {
      await browser.close();
    }
  });

  it('says what to do where it ends by itself', async () => {
    const browser = await launchBrowser('camera');
    try {
      const { page: shown } = await openPage(browser);
      await watchCamera(shown);
      await open('invert', shown);
      await shown.getByRole('button', { name: 'Camera' }).click();
      await shown.locator('#take:enabled').waitFor();
      await shown.evaluate(() => {
        const [stream] = Reflect.get(window, 'streams') as MediaStream[];
        for (const track of stream?.getTracks() ?? []) track.dispatchEvent(new Event('ended'));
      });
      expect(await shown.textContent('#note')).toMatch(/^The camera has ended: .+\.$/);
      expect(await shown.locator('#camera-view').isVisible()).toBe(false);
      expect(await shown.getByRole('button', { name: 'Camera' }).isVisible()).toBe(true);
    } finally {
      await browser.close();
    }
  });

  it('says what to do where there is none', async () => {
    await open('invert');
    await page.getByRole('button', { name: 'Camera' }).click();
    await expect
      .poll(() => page.textContent('#note'), patiently)
      .toMatch(/^(No camera was found|This page may not use the camera): .+\.$/);
    expect(await page.getByRole('button', { name: 'Camera' }).isVisible()).toBe(true);
  });

  it('is not offered where pages may not ask for one', async () => {
    const insecure = await launchBrowser('insecure');
    try {
      const shown = await insecure.newPage();
      const { port } = used.server;
      await shown.goto(`http://insecure.test:${port}/#model=invert&where=server`);
      await translated(shown);
      expect(await shown.getByRole('button', { name: 'Choose a file' }).isVisible()).toBe(true);
      expect(await shown.getByRole('button', { name: 'Camera' }).isVisible()).toBe(false);
    } finally {
      await insecure.close();
    }
  });
});
