import { cp, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { expect } from 'vitest';
import { patiently } from './browser.js';
import { modelRepository, type TranslatorName, writeTranslator } from './models.js';

/** A picture as uint8 RGBA `[height, width, 4]`. */
export interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly data: readonly number[];
}

type Point = readonly [x: number, y: number];

/** Write translators of the tests, with a sampler beside them, to a new repository. */
export async function writeTranslators(...names: TranslatorName[]): Promise<string> {
  const repository = await mkdtemp(join(tmpdir(), 'ganvas-translators-'));
  await cp(join(modelRepository, 'mnist'), join(repository, 'mnist'), { recursive: true });
  for (const name of names) await writeTranslator(repository, name);
  return repository;
}

/** A page, with what it complained about. */
export interface OpenPage {
  readonly page: Page;
  readonly complaints: readonly string[];
}

export async function openPage(browser: Browser): Promise<OpenPage> {
  const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // What these tests bring about themselves by reading canvases.
    if (!message.text().includes('willReadFrequently')) complaints.push(message.text());
  });
  return { page, complaints };
}

/** Wait until what was asked for is translated. */
export const translated = (page: Page) =>
  page.waitForFunction(() => {
    const [progress, picture] = ['#progress', '#picture'].map((id) => document.querySelector(id));
    const isDone = progress instanceof HTMLElement && progress.hidden;
    return isDone && picture?.classList.contains('stale') === false;
  });

/** Draw straight lines through points, as shares of the paper's width and height. */
export async function drawLine(page: Page, points: readonly Point[], steps = 4): Promise<void> {
  const box = await page.locator('#sketch').boundingBox();
  if (!box) throw new Error('expected a sketch, got none');
  const to = ([x, y]: Point) => [box.x + x * box.width, box.y + y * box.height] as const;
  const [first, ...rest] = points;
  if (!first) return;
  await page.mouse.move(...to(first));
  await page.mouse.down();
  for (const point of rest) await page.mouse.move(...to(point), { steps });
  await page.mouse.up();
}

/** What the picture's canvas shows. */
export const pictureOf = (page: Page): Promise<Bitmap> =>
  page.locator('#picture').evaluate((canvas: HTMLCanvasElement) => {
    const { width, height } = canvas;
    const image = canvas.getContext('2d')?.getImageData(0, 0, width, height);
    return { width, height, data: [...(image?.data ?? [])] };
  });

/** Decode an image file. */
export async function toBitmap(bytes: Uint8Array): Promise<Bitmap> {
  const image = sharp(bytes).toColourspace('srgb').ensureAlpha();
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: [...data] };
}

/** A sketch, and the file as which it was saved. */
interface SavedSketch extends Bitmap {
  readonly file: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The sketch as the page saves it: what the model is given. */
export async function sketchOf(page: Page): Promise<SavedSketch> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save sketch' }).click(),
  ]);
  const bytes = new Uint8Array(await readFile(await download.path()));
  return { ...(await toBitmap(bytes)), file: download.suggestedFilename(), bytes };
}

/** What the model `invert` makes of a sketch. */
export const invert = ({ width, height, data }: Bitmap): Bitmap => ({
  width,
  height,
  data: data.map((byte, i) => (i % 4 === 3 ? 255 : 255 - byte)),
});

/** One pixel, at a share of the width and the height. */
export function pixelAt({ width, height, data }: Bitmap, [x, y]: Point): readonly number[] {
  const at = (Math.floor(y * height) * width + Math.floor(x * width)) * 4;
  return data.slice(at, at + 4);
}

/** The largest difference of any byte. */
export function differenceOf(a: Bitmap, b: Bitmap): number {
  expect([a.width, a.height]).toEqual([b.width, b.height]);
  return Math.max(...a.data.map((byte, i) => Math.abs(byte - (b.data[i] as number))));
}

/** Wait until the picture is that of a sketch, to the bit. */
export async function expectPicture(page: Page, expected: Bitmap): Promise<void> {
  await expect.poll(async () => differenceOf(await pictureOf(page), expected), patiently).toBe(0);
}
