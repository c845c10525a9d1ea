import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { latentFromSeed } from '@ganvas/core';
import { exportModel } from '@ganvas/export';
import * as tf from '@tensorflow/tfjs-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser, patiently } from './browser.js';
import { usePage } from './use-page.js';

const latentSize = 8;

/** A small generator: its latent, and a one-hot class if it has any, times numbers drawn by seed. */
function buildGenerator(width: number, height: number, classCount: number) {
  const rows = latentSize + classCount;
  const pixels = width * height * 3;
  const numbers = Float32Array.from(
    Array.from({ length: rows }, (_, seed) => [...latentFromSeed(seed, pixels)]).flat(),
  );
  return ({ z, label }: Record<string, tf.Tensor>) => {
    const hot = label && tf.oneHot(label as tf.Tensor1D, classCount, 1, 0, 'float32');
    const input = hot ? tf.concat([z as tf.Tensor2D, hot as tf.Tensor2D], 1) : (z as tf.Tensor2D);
    const sum = tf.matMul(input, tf.tensor2d(numbers, [rows, pixels]));
    // [N, H, W, 3] in [-1, 1]
    return { image: tf.tanh(tf.reshape(sum, [-1, height, width, 3])) };
  };
}

interface Kind {
  readonly width: number;
  readonly height: number;
  readonly labels?: string[];
}

async function write(to: string, { width, height, labels }: Kind): Promise<void> {
  await exportModel(buildGenerator(width, height, labels?.length ?? 0), {
    to,
    inputs: {
      z: { shape: ['N', latentSize], dtype: 'float32' },
      ...(labels && { label: { shape: ['N'], dtype: 'int64' } }),
    },
    description: {
      task: 'sample',
      latentSize,
      ...(labels && { labels }),
      image: { width, height, channels: 3, range: [-1, 1] },
      license: 'MIT',
    },
    feed: (batch) => ({
      z: new Float32Array(batch * latentSize).map((_, i) => Math.sin(i)),
      ...(labels && { label: new Int32Array(batch).map((_, i) => i % labels.length) }),
    }),
  });
}

const animals = ['cat', 'dog', 'guinea pig', 'Schneehase & Igel'];

describeInBrowser('playground with other models', () => {
  let repository: string;
  let page: Page;
  const used = usePage('playground', async () => {
    repository = await mkdtemp(join(tmpdir(), 'ganvas-models-'));
    await write(join(repository, 'animals'), { width: 96, height: 64, labels: animals });
    await write(join(repository, 'plain'), { width: 20, height: 12 });
    return repository;
  });
  beforeAll(async () => {
    page = await used.browser.newPage();
    await page.goto(used.server.url);
  });
  afterAll(() => rm(repository, { recursive: true, force: true }));

  const drawn = (count: number) =>
    expect.poll(() => page.locator('.cell:not(.stale)').count(), patiently).toBe(count);

  const firstCell = () =>
    page
      .locator('.cell canvas')
      .first()
      .evaluate((canvas: HTMLCanvasElement) => {
        const { width, height } = canvas;
        const image = canvas.getContext('2d')?.getImageData(0, 0, width, height);
        return { width, height, data: [...(image?.data ?? [])] };
      });

  it('offers the classes of the model by their names', async () => {
    await drawn(16);
    const names = await page.locator('#classes label').allTextContents();
    expect(names).toEqual([...animals, 'any']);
    await page.getByRole('radio', { name: 'Schneehase & Igel', exact: true }).check();
    await expect
      .poll(() => page.locator('.cell').first().getAttribute('aria-label'), patiently)
      .toBe('Schneehase & Igel, seed 1');
  });

  it('draws colours on the device as on the server', async () => {
    const there = await firstCell();
    expect([there.width, there.height]).toEqual([96, 64]);
    await page.getByRole('radio', { name: 'this device' }).check();
    await expect
      .poll(() => page.textContent('#status'), patiently)
      .toBe('On this device: WebAssembly');
    const here = await firstCell();
    const differences = here.data.map((value, i) => Math.abs(value - (there.data[i] as number)));
    expect(Math.max(...differences)).toBeLessThanOrEqual(1);
    // The first pixel has a colour: not all of its channels are equal.
    expect(new Set(here.data.slice(0, 3)).size).toBeGreaterThan(1);
  });

  it('shows a model without classes', async () => {
    await page.getByLabel('Model').selectOption('plain');
    await drawn(36);
    expect(await page.locator('#class-field').isVisible()).toBe(false);
    expect(await firstCell()).toMatchObject({ width: 20, height: 12 });
    expect(await page.locator('.cell').first().getAttribute('aria-label')).toBe('seed 1');
    expect(page.url()).toContain('#model=plain&seed=1&where=device');
  });
});
