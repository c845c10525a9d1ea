import { rm } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { describeInBrowser, launchBrowser } from './browser.js';
import {
  differenceOf,
  drawLine,
  expectPicture,
  invert,
  openPage,
  pictureOf,
  pixelAt,
  sketchOf,
  toBitmap,
  translated,
  writeTranslators,
} from './sketches.js';
import { usePage } from './use-page.js';

const black = [0, 0, 0, 255];
const white = [255, 255, 255, 255];

const sizes = [
  { width: 360, height: 740 },
  { width: 820, height: 1100 },
  { width: 1440, height: 900 },
];

describeInBrowser('playground with translators', () => {
  let repository: string;
  let page: Page;
  let complaints: readonly string[];
  const used = usePage('playground', async () => {
    repository = await writeTranslators('invert', 'network', 'enlarge');
    return repository;
  });
  beforeEach(async () => {
    ({ page, complaints } = await openPage(used.browser));
  });
  afterEach(() => page?.close());
  afterAll(() => rm(repository, { recursive: true, force: true }));

  const open = async (hash: string, on = page) => {
    await on.goto(`${used.server.url}/${hash}`);
    await translated(on);
  };
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const isDisabled = (name: string) => button(name).isDisabled();

  it('shows a sketch and its picture at once, made on this device', async () => {
    await open('#model=invert');
    const sketch = await sketchOf(page);
    expect(sketch).toMatchObject({ width: 64, height: 64, file: 'invert-sketch.png' });
    // The smiley's face is a circle of 23 around the middle of 72, its lines 2 wide.
    expect(pixelAt(sketch, [0.5, 0.5])).toEqual(white);
    expect(pixelAt(sketch, [13 / 72, 0.5])[0]).toBeLessThan(64);
    await expectPicture(page, invert(sketch));
    expect(await page.textContent('#status')).toBe('On this device: WebAssembly');
    expect(await page.textContent('#why')).toMatch(/^WebGPU is not used: .+\.$/);
    expect(await page.textContent('#speed')).toMatch(/^\d+\.\d ms a frame$/);
    expect(await page.locator('#sheet').isVisible()).toBe(false);
    expect(complaints).toEqual([]);
  });

  it.each(['device', 'server'])('translates what the mouse draws (%s)', async (where) => {
    await open(`#model=invert&where=${where}`);
    await button('Clear').click();
    await drawLine(page, [
      [0.25, 0.5],
      [0.75, 0.5],
    ]);
    const sketch = await sketchOf(page);
    // Across the line the paper is as black as 2 of 72 parts of 64 pixels, 1.78, wherever its rows are;
    // Chromium rounds what an edge covers of a pixel to a quarter.
    const column = Array.from({ length: 64 }, (_, y) => pixelAt(sketch, [0.5, (y + 0.5) / 64])[0]);
    const blackness = column.reduce((sum: number, byte = 255) => sum + (255 - byte) / 255, 0);
    expect(blackness).toBeGreaterThan(1.5);
    expect(blackness).toBeLessThan(2.05);
    expect(pixelAt(sketch, [0.2, 0.5])).toEqual(white);
    await expectPicture(page, invert(sketch));
    expect(complaints).toEqual([]);
  });

  it('draws a dot where the mouse is clicked, and erases what is drawn over', async () => {
    await open('#model=invert');
    await button('Clear').click();
    await page.getByLabel('Size').fill('10');
    await drawLine(page, [[0.5, 0.5]]);
    expect(pixelAt(await sketchOf(page), [0.5, 0.5])).toEqual(black);
    await page.getByRole('radio', { name: 'eraser' }).check();
    await drawLine(page, [[0.5, 0.5]]);
    const sketch = await sketchOf(page);
    expect(pixelAt(sketch, [0.5, 0.5])).toEqual(white);
    // The eraser is narrower, so a ring is left.
    expect(Math.min(...sketch.data)).toBeLessThan(128);
    await expectPicture(page, invert(sketch));
  });

  it('takes steps back and does them again, by buttons and by keys', async () => {
    await open('#model=invert');
    const smiley = await pictureOf(page);
    expect([await isDisabled('Undo'), await isDisabled('Redo')]).toEqual([true, true]);
    await button('house').click();
    const house = invert(await sketchOf(page));
    expect(differenceOf(smiley, house)).toBe(255);
    await button('Clear').click();
    await button('Undo').click();
    await expectPicture(page, house);
    await page.keyboard.press('Control+z');
    await expectPicture(page, smiley);
    expect([await isDisabled('Undo'), await isDisabled('Redo')]).toEqual([true, false]);
    await page.keyboard.press('Control+Shift+Z');
    await expectPicture(page, house);
    await page.keyboard.press('Meta+z');
    await expectPicture(page, smiley);
    await button('Redo').click();
    await expectPicture(page, house);
  });

  it('is used from the keyboard alone', async () => {
    await open('#model=invert');
    await page.getByRole('radio', { name: 'brush' }).focus();
    await page.keyboard.press('ArrowRight');
    expect(await page.getByRole('radio', { name: 'eraser' }).isChecked()).toBe(true);
    await page.keyboard.press('Tab');
    expect(await page.getByLabel('Size').inputValue()).toBe('8');
    await page.keyboard.press('ArrowRight');
    expect(await page.getByLabel('Size').inputValue()).toBe('8.5');
    await button('apple').focus();
    await page.keyboard.press('Enter');
    expect(await isDisabled('Undo')).toBe(false);
    await expectPicture(page, invert(await sketchOf(page)));
  });

  it('translates the newest sketch alone while a pen moves faster than the device', async () => {
    await page.addInitScript(() => {
      const { postMessage } = Worker.prototype;
      Object.assign(window, { posted: 0 });
      Worker.prototype.postMessage = function (this: Worker, ...args: unknown[]) {
        Object.assign(window, { posted: Reflect.get(window, 'posted') + 1 });
        Reflect.apply(postMessage, this, args);
      };
    });
    await open('#model=invert');
    await button('Clear').click();
    await expectPicture(page, invert(await sketchOf(page)));
    const posted = () => page.evaluate(() => Reflect.get(window, 'posted') as number);
    const before = await posted();
    const box = await page.locator('#sketch').boundingBox();
    if (!box) throw new Error('expected a sketch, got none');
    await page.mouse.move(box.x + 20, box.y + 20);
    await page.mouse.down();
    // A hundred movements within one task of the page, where no answer can come in between.
    await page.locator('#sketch').evaluate((canvas) => {
      const { left, top, width, height } = canvas.getBoundingClientRect();
      for (let i = 0; i < 100; i++) {
        const at = { clientX: left + (width * i) / 100, clientY: top + (height * (i % 50)) / 50 };
        canvas.dispatchEvent(new PointerEvent('pointermove', { pointerId: 1, ...at }));
      }
    });
    await page.mouse.up();
    await expectPicture(page, invert(await sketchOf(page)));
    // The pen's touch, the first movement that found nothing running, the last.
    expect((await posted()) - before).toBeLessThanOrEqual(3);
  });

  it('asks the server for one picture at a time, the newest last', async () => {
    await open('#model=invert&where=server');
    let [asked, running, most] = [0, 0, 0];
    await page.route('**/translate*', async (route) => {
      asked++;
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 150));
      const response = await route.fetch();
      running--;
      await route.fulfill({ response });
    });
    const zigzag = Array.from({ length: 40 }, (_, i) => [(i + 1) / 42, i % 2 ? 0.2 : 0.8] as const);
    await drawLine(page, zigzag, 3);
    // Every line but the first, which puts the pen down, is three movements.
    const moves = 1 + (zigzag.length - 1) * 3;
    await expectPicture(page, invert(await sketchOf(page)));
    expect(most).toBe(1);
    expect(asked).toBeGreaterThan(1);
    expect(asked).toBeLessThan(moves);
  });

  it('keeps the sketch while the place, the model and the view change', async () => {
    await open('#model=invert');
    await button('fish').click();
    const fish = await sketchOf(page);
    await page.getByRole('radio', { name: 'server' }).check();
    await translated(page);
    expect(await page.textContent('#status')).toBe('On the server: CPU');
    expect(new URL(page.url()).hash).toBe('#model=invert&where=server');
    await page.getByLabel('Model').selectOption('mnist');
    await page.waitForFunction(() => document.querySelector('.cell:not(.stale)'));
    expect(await page.locator('#sketch').isVisible()).toBe(false);
    await page.getByLabel('Model').selectOption('network');
    await translated(page);
    expect((await sketchOf(page)).data).toEqual(fish.data);
  });

  const compare = async (device: 'wasm' | 'webgpu', on: Page) => {
    await open(`#model=network&device=${device}`, on);
    const here = await pictureOf(on);
    const said = await on.textContent('#status');
    await on.getByRole('radio', { name: 'server' }).check();
    await translated(on);
    const there = await pictureOf(on);
    expect(new Set(here.data).size).toBeGreaterThan(100);
    return { said, difference: differenceOf(here, there) };
  };

  it('draws on this device what the server draws, within 1/255 in WebAssembly', async () => {
    const { said, difference } = await compare('wasm', page);
    expect(said).toBe('On this device: WebAssembly');
    expect(difference).toBeLessThanOrEqual(1);
  });

  it('draws on this device what the server draws, within 2/255 on WebGPU', async () => {
    const browser = await launchBrowser('softwareGpu');
    try {
      const { said, difference } = await compare('webgpu', await browser.newPage());
      expect(said).toBe('On this device: WebGPU');
      expect(difference).toBeLessThanOrEqual(2);
    } finally {
      await browser.close();
    }
  });

  it('gives a model that enlarges a sketch of the size that it learned to take', async () => {
    await page.addInitScript(() => {
      const { postMessage } = Worker.prototype;
      Worker.prototype.postMessage = function (this: Worker, ...args: unknown[]) {
        const [{ kind, message }] = args as [{ kind?: string; message: { warmUp: object } }];
        if (kind === 'open') Object.assign(window, { warmUp: message.warmUp });
        Reflect.apply(postMessage, this, args);
      };
    });
    await open('#model=enlarge');
    const warmedUp = await page.evaluate(() => Reflect.get(window, 'warmUp').source.dims);
    expect(warmedUp).toEqual([1, 3, 32, 32]);
    await button('house').click();
    const sketch = await sketchOf(page);
    expect([sketch.width, sketch.height]).toEqual([32, 32]);
    const { data } = invert(sketch);
    const large = Array.from({ length: 64 * 64 * 4 }, (_, i) => {
      const [x, y] = [Math.floor(i / 4) % 64, Math.floor(i / 256)];
      return data[(Math.floor(y / 2) * 32 + Math.floor(x / 2)) * 4 + (i % 4)] as number;
    });
    await expectPicture(page, { width: 64, height: 64, data: large });
  });

  it('shows a command that fetches the picture, given the sketch', async () => {
    await open('#model=network&where=server');
    const command = (await page.textContent('#translate-command')) ?? '';
    const [, url, file] = /^curl '([^']+)' --data-binary '@([^']+)'/.exec(command) ?? [];
    const sketch = await sketchOf(page);
    expect(file).toBe(sketch.file);
    const response = await fetch(url ?? '', {
      method: 'POST',
      headers: { 'Content-Type': 'image/png' },
      body: sketch.bytes,
    });
    expect(response.headers.get('content-type')).toBe('image/png');
    const answer = await toBitmap(new Uint8Array(await response.arrayBuffer()));
    expect(differenceOf(answer, await pictureOf(page))).toBe(0);
  });

  it.each(sizes)('fits a window $width pixels wide', async (viewport) => {
    await page.setViewportSize(viewport);
    await open('#model=invert');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width);
  });
});
