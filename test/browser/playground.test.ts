import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeInBrowser, patiently } from './browser.js';
import { modelRepository } from './models.js';
import { usePage } from './use-page.js';

const sizes = [
  { width: 360, height: 740 },
  { width: 768, height: 1024 },
  { width: 1280, height: 800 },
];

describeInBrowser('playground', () => {
  const used = usePage('playground', () => modelRepository);
  let page: Page;
  let complaints: string[];
  let origins: Set<string>;

  beforeEach(async () => {
    page = await used.browser.newPage();
    complaints = [];
    origins = new Set();
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      // What these tests bring about themselves by reading canvases.
      if (!message.text().includes('willReadFrequently')) complaints.push(message.text());
    });
    page.on('request', (request) => {
      if (!request.url().startsWith('data:')) origins.add(new URL(request.url()).origin);
    });
  });
  afterEach(() => page?.close());

  const open = async (hash: string, on = page) => {
    await on.goto(`${used.server.url}/${hash}`);
    await drawn(on);
  };

  /** Wait until everything that was asked for is drawn. */
  const drawn = (on = page) =>
    on.waitForFunction(
      () =>
        document.querySelector<HTMLElement>('#progress')?.hidden &&
        document.querySelectorAll('.cell').length > 0 &&
        !document.querySelector('.cell.stale'),
    );

  const state = async () =>
    Object.fromEntries(new URLSearchParams(new URL(page.url()).hash.slice(1)));
  const cells = () => page.locator('.cell').evaluateAll((all) => all.map((each) => each.ariaLabel));

  /** The grey values that a canvas shows. */
  const pixelsOf = (selector: string, on = page) =>
    on.locator(selector).evaluate((canvas: HTMLCanvasElement) => {
      const image = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height);
      return [...(image?.data ?? [])].filter((_, i) => i % 4 === 0);
    });

  const difference = (a: number[], b: number[]) => {
    expect(a.length).toBe(b.length);
    return Math.max(...a.map((value, i) => Math.abs(value - (b[i] as number))));
  };

  it('draws a sheet on the server at once, from its own origin alone', async () => {
    await open('');
    expect(await cells()).toHaveLength(36);
    expect(await page.textContent('#status')).toBe('On the server: CPU');
    expect(await page.textContent('#speed')).toMatch(/^\d+\.\d ms a picture$/);
    expect([...origins]).toEqual([used.server.url]);
    expect(complaints).toEqual([]);
  });

  it('draws the class and the seed that are picked, and keeps them in its address', async () => {
    await open('');
    await page.getByRole('radio', { name: '3', exact: true }).check();
    await page.getByLabel('Seed', { exact: true }).fill('100');
    await drawn();
    expect((await cells()).slice(0, 2)).toEqual(['3, seed 100', '3, seed 101']);
    expect(await state()).toEqual({ label: '3', seed: '100' });
    await page.getByRole('radio', { name: 'any' }).check();
    await drawn();
    expect(new Set((await cells()).map((label) => label?.split(',')[0])).size).toBeGreaterThan(3);
  });

  it('draws on this device what the server drew, within 1/255, and says where and why', async () => {
    await open('#label=7&seed=5');
    const there = await pixelsOf('.cell:nth-child(9) canvas');
    await page.getByRole('radio', { name: 'this device' }).check();
    await drawn();
    const here = await pixelsOf('.cell:nth-child(9) canvas');
    expect(await page.textContent('#status')).toBe('On this device: WebAssembly');
    expect(await page.textContent('#why')).toMatch(/^WebGPU is not used: .+\.$/);
    expect(difference(here, there)).toBeLessThanOrEqual(1);
    expect(complaints).toEqual([]);
  });

  it('takes the picture that is clicked as the start or the end of the walk', async () => {
    await open('#label=7&seed=5');
    await page.getByRole('button', { name: 'seed 9' }).click();
    await expect
      .poll(() => pixelsOf('#frame'), patiently)
      .toEqual(await pixelsOf('[data-seed="9"] canvas'));
    await page.getByRole('radio', { name: 'end' }).check();
    await page.getByRole('button', { name: 'seed 20' }).click();
    await expect
      .poll(() => pixelsOf('#frame'), patiently)
      .toEqual(await pixelsOf('[data-seed="20"] canvas'));
    expect(await state()).toEqual({ label: '7', seed: '5', from: '9', to: '20', at: '1' });
  });

  it.each(['server', 'device'])('walks along while the slider is dragged (%s)', async (where) => {
    await open(`#label=7&seed=5&where=${where}&device=wasm&at=0`);
    const start = await pixelsOf('#frame');
    const box = await page.locator('#at').boundingBox();
    if (!box) throw new Error('expected a slider, got none');
    const y = box.y + box.height / 2;
    await page.mouse.move(box.x + 8, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.7, y, { steps: 40 });
    await page.mouse.up();
    const { at } = await state();
    expect(Number(at)).toBeGreaterThan(0.5);
    const body = { from: { seed: 5, label: 7 }, to: { seed: 6, label: 7 }, at: [Number(at)] };
    const expected = await page.evaluate(async (walk) => {
      const headers = { 'content-type': 'application/json', accept: 'image/png' };
      const init = { method: 'POST', headers, body: JSON.stringify(walk) };
      const bitmap = await createImageBitmap(await (await fetch('interpolate', init)).blob());
      const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
      context?.drawImage(bitmap, 0, 0);
      const image = context?.getImageData(0, 0, bitmap.width, bitmap.height);
      return [...(image?.data ?? [])].filter((_, i) => i % 4 === 0);
    }, body);
    // The newest place wins: what is shown in the end is the place where the slider was left.
    await expect
      .poll(async () => difference(await pixelsOf('#frame'), expected), patiently)
      .toBeLessThanOrEqual(1);
    expect(difference(start, expected)).toBeGreaterThan(1);
  });

  it('shows the newest picture that was clicked, though an older answer comes later', async () => {
    await open('#label=7&seed=5&at=0');
    let [asked, answered] = [0, 0];
    await page.route('**/interpolate', async (route) => {
      if (asked++ === 0) await new Promise((resolve) => setTimeout(resolve, 500));
      await route.continue();
      answered++;
    });
    await page.getByRole('button', { name: 'seed 9' }).click();
    await page.getByRole('button', { name: 'seed 12' }).click();
    await expect.poll(() => answered, patiently).toBe(2);
    await page.waitForTimeout(200);
    const newest = await pixelsOf('[data-seed="12"] canvas');
    expect(await pixelsOf('#frame')).toEqual(newest);
    expect(await pixelsOf('#from-frame')).toEqual(newest);
  });

  it('shows the same again from a link', async () => {
    await open('#label=2&seed=40&from=41&to=44&at=0.3');
    const other = await used.browser.newPage();
    await open(new URL(page.url()).hash, other);
    expect(await pixelsOf('#frame', other)).toEqual(await pixelsOf('#frame'));
    expect(await pixelsOf('.cell:last-child canvas', other)).toEqual(
      await pixelsOf('.cell:last-child canvas'),
    );
    await other.close();
  });

  it('shows commands that fetch what it shows', async () => {
    await open('#label=2&seed=40&at=0');
    const fetchOf = async (selector: string) => {
      const [url] = /(?<=curl ')[^']+/.exec((await page.textContent(selector)) ?? '') ?? [];
      const response = await fetch(url ?? '');
      const bytes = Buffer.from(await response.arrayBuffer());
      return { type: response.headers.get('content-type'), width: bytes.readUInt32BE(16) };
    };
    expect(await fetchOf('#sheet-command')).toEqual({ type: 'image/png', width: 6 * 28 });
    expect(await fetchOf('#frame-command')).toEqual({ type: 'image/png', width: 28 });
  });

  it('saves the sheet as a PNG file', async () => {
    await open('#label=2&seed=40');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save PNG' }).first().click(),
    ]);
    expect(download.suggestedFilename()).toBe('mnist-2-40-sheet.png');
  });

  it('saves nothing but what it drew: not while it draws, nor after it failed to', async () => {
    await open('#label=2&seed=40');
    const saves = () =>
      page
        .getByRole('button', { name: 'Save PNG' })
        .evaluateAll((all) => all.map((each) => (each as HTMLButtonElement).disabled));
    expect(await saves()).toEqual([false, false]);
    let goOn: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    await page.route('**/generate', async (route) => {
      await held;
      await route.abort();
    });
    await page.getByRole('radio', { name: '3', exact: true }).check();
    expect(await saves()).toEqual([true, true]);
    goOn();
    await page.getByRole('alert').waitFor();
    expect(await saves()).toEqual([true, true]);
    await page.unroute('**/generate');
    await page.getByRole('button', { name: 'Try again' }).click();
    await drawn();
    await expect.poll(saves, patiently).toEqual([false, false]);
  });

  it('draws nothing on the server where this device was asked for and cannot', async () => {
    await open('#label=2&seed=40');
    await page.route('**/*.wasm', (route) => route.abort());
    await page.getByRole('radio', { name: 'this device' }).check();
    await page.getByRole('alert').waitFor();
    let asked = 0;
    page.on('request', () => asked++);
    await page.locator('#at').focus();
    await page.keyboard.press('End');
    await page.waitForTimeout(200);
    expect(asked).toBe(0);
  });

  it('takes its complaint back when a later place is drawn', async () => {
    await open('#label=2&seed=40');
    await page.route('**/interpolate', (route) => route.abort());
    await page.locator('#at').focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('alert').waitFor();
    await page.unroute('**/interpolate');
    await page.keyboard.press('ArrowRight');
    await page.getByRole('alert').waitFor({ state: 'hidden' });
    expect(await page.textContent('#status')).toBe('On the server: CPU');
  });

  it('takes no seed from a link that leaves no room for the sheet', async () => {
    await open(`#seed=${2 ** 53 - 1}`);
    const seeds = (await cells()).map((label) => label?.replace(/.*seed /, ''));
    expect(seeds.slice(0, 2)).toEqual(['1', '2']);
    expect(new Set(seeds).size).toBe(36);
  });

  it('is used from the keyboard alone', async () => {
    await open('#label=2&seed=40');
    await page.locator('.cell').first().focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect((await state())['from']).toBe('47');
    await page.locator('#at').focus();
    await page.keyboard.press('End');
    expect((await state())['at']).toBe('1');
  });

  it('says what to do where the server does not answer, and goes on when it does', async () => {
    await page.route('**/models', (route) => route.abort());
    await page.goto(used.server.url);
    await page.getByRole('alert').waitFor();
    expect(await page.textContent('#error-text')).toContain('no answer: check the address');
    await page.unroute('**/models');
    await page.getByRole('button', { name: 'Try again' }).click();
    await drawn();
    expect(await page.getByRole('alert').isVisible()).toBe(false);
  });

  it('offers the server where this device cannot draw', async () => {
    await page.route('**/*.wasm', (route) => route.abort());
    await page.goto(`${used.server.url}/#where=device`);
    await page.getByRole('alert').waitFor();
    expect(await page.textContent('#error-text')).toContain('no usable device');
    await page.getByRole('button', { name: 'Draw on the server' }).click();
    await drawn();
    expect(await page.textContent('#status')).toBe('On the server: CPU');
  });

  it.each(sizes)('fits a window $width pixels wide', async (viewport) => {
    await page.setViewportSize(viewport);
    await open('#label=7');
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(viewport.width);
  });
});
