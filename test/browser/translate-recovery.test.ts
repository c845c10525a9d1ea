import { rm } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { describeInBrowser } from './browser.js';
import {
  drawLine,
  expectPicture,
  invert,
  openPage,
  pixelAt,
  sketchOf,
  translated,
  writeTranslators,
} from './sketches.js';
import { usePage } from './use-page.js';

describeInBrowser('playground with translators that fail', () => {
  let repository: string;
  let page: Page;
  const used = usePage('playground', async () => {
    repository = await writeTranslators('invert');
    return repository;
  });
  beforeEach(async () => {
    ({ page } = await openPage(used.browser));
  });
  afterEach(() => page?.close());
  afterAll(() => rm(repository, { recursive: true, force: true }));

  const open = async (hash: string) => {
    await page.goto(`${used.server.url}/${hash}`);
    await translated(page);
  };
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const isDisabled = (name: string) => button(name).isDisabled();

  it('goes on where a server failed, with the sketch that was drawn meanwhile', async () => {
    await open('#model=invert&where=server');
    await page.route('**/translate*', (route) => route.abort());
    await button('house').click();
    await page.getByRole('alert').waitFor();
    expect(await page.textContent('#error-title')).toBe('The server did not draw.');
    await page.unroute('**/translate*');
    await button('Try again').click();
    await expectPicture(page, invert(await sketchOf(page)));
    expect(await page.locator('#error').isVisible()).toBe(false);
  });

  it('opens the model anew where its worker broke, and shows no old picture meanwhile', async () => {
    await page.addInitScript(() => {
      const Own = Worker;
      window.Worker = class extends Own {
        constructor(...args: ConstructorParameters<typeof Worker>) {
          super(...args);
          Object.assign(window, { newest: this });
        }
      };
    });
    await open('#model=invert');
    await page.evaluate(() =>
      (Reflect.get(window, 'newest') as Worker).dispatchEvent(
        new ErrorEvent('error', { message: 'out of memory' }),
      ),
    );
    await button('house').click();
    await page.getByRole('alert').filter({ hasText: 'out of memory' }).waitFor();
    expect(await page.locator('#picture').getAttribute('class')).toContain('stale');
    expect(await isDisabled('Save PNG')).toBe(true);
    await button('Try again').click();
    await expectPicture(page, invert(await sketchOf(page)));
    expect(await page.locator('#error').isVisible()).toBe(false);
    expect(await isDisabled('Save PNG')).toBe(false);
  });

  it('draws on where the pen was lost while it was down', async () => {
    await open('#model=invert');
    await button('Clear').click();
    const box = await page.locator('#sketch').boundingBox();
    if (!box) throw new Error('expected a sketch, got none');
    await page.mouse.move(box.x + box.width * 0.2, box.y + box.height * 0.2);
    // A capture begins with the first event after it was asked for, and one that has not begun is not lost.
    await page
      .locator('#sketch')
      .evaluate((sketch) =>
        sketch.addEventListener('gotpointercapture', () => Object.assign(window, { held: true })),
      );
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.2, box.y + box.height * 0.22);
    await page.waitForFunction(() => Reflect.get(window, 'held') === true);
    await page.locator('#sketch').evaluate((sketch) => sketch.releasePointerCapture(1));
    // The browser tells of the loss with the next movement. The pen is lifted where the page cannot see it.
    for (const y of [0.25, 0.8]) {
      await page.mouse.move(box.x + box.width * 0.2, box.y + box.height * y);
    }
    await page.mouse.move(2, 2);
    await page.mouse.up();
    await drawLine(page, [
      [0.8, 0.2],
      [0.8, 0.8],
    ]);
    const sketch = await sketchOf(page);
    expect(pixelAt(sketch, [0.8, 0.6])[0]).toBeLessThan(128);
    expect(pixelAt(sketch, [0.2, 0.6])).toEqual([255, 255, 255, 255]);
  });
});
