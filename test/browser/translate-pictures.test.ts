import { rm } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, afterEach, beforeEach, expect, it } from 'vitest';
import { describeInBrowser } from './browser.js';
import { areaClasses } from './models.js';
import {
  type Bitmap,
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

/** A file as a page gets it. */
interface GivenFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

const side = 64;
const red = [255, 0, 0];
const blue = [0, 0, 255];

/** A picture of the models' size in which every pixel differs from its neighbours. */
const pattern = Buffer.from(
  Array.from({ length: side * side }, (_, i) => [
    (i * 7) % 256,
    (i * 13 + 5) % 256,
    (i * 29) % 256,
  ]).flat(),
);
const patternPng = () =>
  sharp(pattern, { raw: { width: side, height: side, channels: 3 } })
    .png()
    .toBuffer();

const png = (buffer: Buffer): GivenFile => ({ name: 'a.png', mimeType: 'image/png', buffer });
const svg = (text: string): GivenFile => ({
  name: 'a.svg',
  mimeType: 'image/svg+xml',
  buffer: Buffer.from(text),
});

/** Give a file to the page as the clipboard or a mouse does. */
const give = (page: Page, how: 'paste' | 'drop', { name, mimeType, buffer }: GivenFile) =>
  page.evaluate(
    ([kind, fileName, type, base64]) => {
      const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], fileName, { type }));
      const shared = { bubbles: true, cancelable: true };
      const event =
        kind === 'paste'
          ? new ClipboardEvent('paste', { ...shared, clipboardData: data })
          : new DragEvent('drop', { ...shared, dataTransfer: data });
      document.querySelector('#picture')?.dispatchEvent(event);
    },
    [how, name, mimeType, buffer.toString('base64')] as const,
  );

describeInBrowser('pictures in the playground', () => {
  let repository: string;
  let page: Page;
  let complaints: readonly string[];
  const used = usePage('playground', async () => {
    repository = await writeTranslators('invert', 'holes', 'areas');
    return repository;
  });
  beforeEach(async () => {
    ({ page, complaints } = await openPage(used.browser));
  });
  afterEach(() => page?.close());
  afterAll(() => rm(repository, { recursive: true, force: true }));

  const open = async (model: string, on = page) => {
    await on.goto(`${used.server.url}/#model=${model}`);
    await translated(on);
  };
  const choose = (file: GivenFile) => page.locator('#file').setInputFiles(file);
  /** Wait until there is one more step to take back. */
  const taken = (on = page) => on.locator('#undo:enabled').waitFor();

  it.each(['paste', 'drop'] as const)('begins with a picture: %s', async (how) => {
    await open('invert');
    const bytes = await patternPng();
    await give(page, how, png(bytes));
    await expectPicture(page, invert(await toBitmap(bytes)));
    expect((await sketchOf(page)).data).toEqual((await toBitmap(bytes)).data);
    expect(complaints).toEqual([]);
  });

  it('begins with a file that is chosen, upright, as a whole and on white', async () => {
    await open('invert');
    // Red on the left and blue on the right of what is to be turned by a quarter, clockwise.
    const buffer = await sharp({
      create: { width: 32, height: 32, channels: 3, background: '#f00' },
    })
      .extend({ right: 32, background: '#00f' })
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
      .toBuffer();
    await choose({ name: 'a.jpg', mimeType: 'image/jpeg', buffer });
    await taken();
    const sketch = await sketchOf(page);
    const near = (pixel: readonly number[], color: readonly number[]) =>
      Math.max(...color.map((byte, i) => Math.abs(byte - (pixel[i] as number))));
    expect(near(pixelAt(sketch, [0.5, 0.2]), red)).toBeLessThan(4);
    expect(near(pixelAt(sketch, [0.5, 0.8]), blue)).toBeLessThan(4);
    expect(pixelAt(sketch, [0.1, 0.5])).toEqual([255, 255, 255, 255]);
    expect(pixelAt(sketch, [0.9, 0.5])).toEqual([255, 255, 255, 255]);
    await expectPicture(page, invert(sketch));
  });

  it('puts what is transparent on white, and draws a drawing of any size sharply', async () => {
    await open('invert');
    await choose(
      svg(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h4v8H0z"/></svg>',
      ),
    );
    await taken();
    const sketch = await sketchOf(page);
    expect(pixelAt(sketch, [0.48, 0.5])).toEqual([0, 0, 0, 255]);
    expect(pixelAt(sketch, [0.52, 0.5])).toEqual([255, 255, 255, 255]);
  });

  it('says what a file is that shows nothing, and keeps the sketch', async () => {
    await open('invert');
    const before = await sketchOf(page);
    await choose({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') });
    await page.locator('#note:not(:empty)').waitFor();
    expect(await page.textContent('#note')).toBe(
      'notes.txt: expected a picture that this browser can read, such as PNG or JPEG, got text/plain',
    );
    expect((await sketchOf(page)).data).toEqual(before.data);
    await choose(png(await patternPng()));
    await taken();
    expect(await page.textContent('#note')).toBe('');
  });

  it('shows the newer of two files, though the older is read later', async () => {
    await page.addInitScript(() => {
      const { decode } = HTMLImageElement.prototype;
      const held: (() => void)[] = [];
      Object.assign(window, { held });
      HTMLImageElement.prototype.decode = async function (this: HTMLImageElement) {
        await Reflect.apply(decode, this, []);
        await new Promise<void>((resolve) => held.push(resolve));
      };
    });
    await open('invert');
    const release = (i: number) => page.evaluate((at) => Reflect.get(window, 'held')[at](), i);
    const isHeld = (count: number) =>
      page.waitForFunction((wanted) => Reflect.get(window, 'held').length === wanted, count);
    const solid = async (background: string) =>
      png(
        await sharp({ create: { width: side, height: side, channels: 3, background } })
          .png()
          .toBuffer(),
      );
    await choose(await solid('#f00'));
    await isHeld(1);
    await choose(await solid('#00f'));
    await isHeld(2);
    await release(1);
    await taken();
    await release(0);
    expect(pixelAt(await sketchOf(page), [0.5, 0.5])).toEqual([...blue, 255]);
    await page.getByRole('button', { name: 'Undo' }).click();
    // The older one was no step either.
    expect(await page.locator('#undo').isDisabled()).toBe(true);
    // Nor does one come to another model than it was given to.
    await choose(await solid('#f00'));
    await isHeld(3);
    await page.getByLabel('Model').selectOption('holes');
    await translated(page);
    await release(2);
    expect(pixelAt(await sketchOf(page), [0.9, 0.9])).toEqual([255, 255, 255, 255]);
    expect(await page.locator('#undo').isDisabled()).toBe(true);
  });

  it('refuses a picture that would not fit into memory before it is decoded', async () => {
    await open('invert');
    const { buffer } = png(await patternPng());
    // Its header says 20,000 x 20,000.
    buffer.writeUInt32BE(20_000, 16);
    buffer.writeUInt32BE(20_000, 20);
    await choose(png(buffer));
    await page.locator('#note:not(:empty)').waitFor();
    expect(await page.textContent('#note')).toBe(
      'a.png: expected a picture of at most 33554432 pixels, got 20000 x 20000: make it smaller',
    );
  });

  it('erases holes in a picture for a model that fills them', async () => {
    await open('holes');
    expect(await page.locator('#tool-field').isVisible()).toBe(false);
    expect(pixelAt(await pictureOf(page), [48 / 72, 43 / 72])).toEqual([...red, 255]);
    const bytes = await patternPng();
    const whole = await toBitmap(bytes);
    await give(page, 'drop', png(bytes));
    // There is nothing to fill in yet: the picture is its own, and took no time.
    await expectPicture(page, whole);
    expect(await page.locator('#save-picture').isEnabled()).toBe(true);
    expect(await page.textContent('#speed')).toBe('');
    await drawLine(page, [
      [0.3, 0.3],
      [0.6, 0.6],
    ]);
    const sketch = await sketchOf(page);
    const isHole = (i: number) => sketch.data[i - (i % 4) + 3] === 0;
    // The eraser is 12 of 72 wide: about 10.7 x 27.2 of 64 x 64 pixels, and its round end.
    const holes = sketch.data.filter((_, i) => i % 4 === 0 && isHole(i)).length;
    expect(holes).toBeGreaterThan(340);
    expect(holes).toBeLessThan(420);
    expect(sketch.data.filter((byte, i) => !isHole(i) && byte !== whole.data[i])).toEqual([]);
    const filled = whole.data.map((byte, i) =>
      isHole(i) ? ([...red, 255][i % 4] as number) : byte,
    );
    await expectPicture(page, { ...whole, data: filled });
  });

  it('paints the classes of a semantic map, without colours between them', async () => {
    await open('areas');
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('radio', { name: 'tree' }).check();
    await drawLine(page, [
      [0.1, 0.2],
      [0.8, 0.7],
    ]);
    const sketch = await sketchOf(page);
    const colors = (bitmap: Bitmap) =>
      new Set(bitmap.data.flatMap((_, i, all) => (i % 4 ? [] : String(all.slice(i, i + 3)))));
    const [sea, , tree] = areaClasses.map(({ color }) => String(color));
    expect(colors(sketch)).toEqual(new Set([sea, tree]));
    expect(String(pixelAt(sketch, [0.45, 0.45]).slice(0, 3))).toBe(tree);
    await expectPicture(page, invert(sketch));
  });

  it('draws with a finger, and does not move the page by it', async () => {
    const context = await used.browser.newContext({
      hasTouch: true,
      viewport: { width: 390, height: 600 },
    });
    try {
      const phone = await context.newPage();
      await open('invert', phone);
      await phone.getByRole('button', { name: 'Clear' }).click();
      await phone.locator('#sketch').scrollIntoViewIfNeeded();
      const scrolled = await phone.evaluate(() => scrollY);
      const box = await phone.locator('#sketch').boundingBox();
      if (!box) throw new Error('expected a sketch, got none');
      const cdp = await context.newCDPSession(phone);
      const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', at?: number) =>
        cdp.send('Input.dispatchTouchEvent', {
          type,
          touchPoints: at === undefined ? [] : [{ x: box.x + box.width / 2, y: box.y + at }],
        });
      await touch('touchStart', box.height * 0.8);
      for (const share of [0.7, 0.5, 0.3]) await touch('touchMove', box.height * share);
      await touch('touchEnd');
      const sketch = await sketchOf(phone);
      for (const y of [0.35, 0.55, 0.75]) expect(pixelAt(sketch, [0.5, y])[0]).toBeLessThan(64);
      expect(pixelAt(sketch, [0.5, 0.2])[0]).toBe(255);
      expect(await phone.evaluate(() => scrollY)).toBe(scrolled);
      await expectPicture(phone, invert(sketch));
    } finally {
      await context.close();
    }
  });
});
