import { rm } from 'node:fs/promises';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLocalRenderer } from './local-renderer.js';
import { type Model, readRepository } from './model.js';
import { createPool } from './pool.js';
import type { Rendered, Renderer } from './renderer.js';
import { colourBytes, coloured, height, svg, width } from './testing/pictures.js';
import { colours, digits, negative, writeRepository } from './testing/write-model.js';

interface Opened {
  readonly renderer: Renderer;
  close(): Promise<void>;
}

async function openLocal(models: readonly Model[]): Promise<Opened> {
  const renderer = await createLocalRenderer(models, { devicesOf: () => ['cpu'] });
  return { renderer, close: () => renderer.dispose() };
}

async function openPool(models: readonly Model[]): Promise<Opened> {
  const pool = createPool({ models, device: 'cpu', children: 1, threads: 1, maxQueueSize: 10 });
  await pool.start();
  return { renderer: pool, close: () => pool.stop(0) };
}

let repository: string;
let models: readonly Model[];
beforeAll(async () => {
  repository = await writeRepository(digits, colours, negative);
  models = await readRepository(repository);
});
afterAll(() => rm(repository, { recursive: true }));

const toText = ({ pictures }: Rendered) =>
  pictures.map((png) => Buffer.from(png).toString('base64'));

describe.each([
  ['createLocalRenderer', openLocal],
  ['createPool', openPool],
])('a renderer of %s', (_, open) => {
  let renderer: Renderer;
  let close: Opened['close'];
  beforeAll(async () => {
    ({ renderer, close } = await open(models));
  });
  afterAll(() => close());
  const job = (...places: number[]) => ({ task: 'sample' as const, model: 'digits', places });

  it('is ready, and knows where each model runs', () => {
    expect(renderer.state).toBe('ready');
    expect(['digits', 'paint', 'nope'].map((name) => renderer.deviceOf(name))).toEqual([
      'cpu',
      'cpu',
      undefined,
    ]);
  });

  it('draws each image as it draws it alone, or all in one', async () => {
    const [both, first, second] = await Promise.all([
      renderer.render(job(1, 2)),
      renderer.render(job(1)),
      renderer.render(job(2)),
    ]);
    expect(toText(both)).toEqual([...toText(first), ...toText(second)]);
    const grid = await renderer.render({ ...job(1, 2), columns: 2 });
    expect(grid.pictures).toHaveLength(1);
    expect(toText(grid)).not.toEqual(toText(first));
  });

  it('says where the time went', async () => {
    const [first, second] = await Promise.all([renderer.render(job(1)), renderer.render(job(2))]);
    expect(Math.min(first.inferMs, first.encodeMs)).toBeGreaterThan(0);
    expect(second.queueMs).toBeGreaterThan(first.inferMs);
  });

  it('never begins a job whose caller went away before or while it waited', async () => {
    const early = renderer.render(job(1), { signal: AbortSignal.abort() });
    await expect(early).rejects.toMatchObject({ code: 'aborted' });
    const caller = new AbortController();
    const busy = renderer.render(job(1));
    const dropped = renderer.render(job(2), { signal: caller.signal });
    const order: string[] = [];
    const heard = dropped.catch(({ code }) => order.push(code));
    const done = busy.then(() => order.push('done'));
    caller.abort();
    await Promise.all([heard, done]);
    expect(order).toEqual(['aborted', 'done']);
  });

  const translation = (picture: Uint8Array, model = 'negative') => ({
    task: 'translate' as const,
    model,
    picture,
    maxPixels: width * height,
  });

  it('decodes, translates and encodes a picture', async () => {
    const picture = await coloured().png().toBuffer();
    const rendered = await renderer.render(translation(picture));
    expect(rendered).toMatchObject({ width, height, device: 'cpu' });
    expect(rendered.decodeMs).toBeGreaterThan(0);
    const pixels = await sharp(rendered.pictures[0]).raw().toBuffer();
    expect(pixels).toEqual(Buffer.from(colourBytes.map((byte) => 255 - byte)));
  });

  it('says what is wrong with a picture, and goes on', async () => {
    await expect(renderer.render(translation(svg))).rejects.toMatchObject({
      code: 'not-a-picture',
      message: expect.stringMatching(/^picture: expected .* got SVG/),
    });
    const large = await coloured()
      .resize(width + 1, height)
      .png()
      .toBuffer();
    await expect(renderer.render(translation(large))).rejects.toMatchObject({ code: 'too-large' });
    await expect(renderer.render(translation(svg, 'digits'))).rejects.toThrow(
      /digits: expected a job to sample, got one to translate/,
    );
    expect((await renderer.render(job(1))).pictures).toHaveLength(1);
  });

  it('refuses a model that it does not have, and goes on', async () => {
    const unknown = renderer.render({ task: 'sample', model: 'nope', places: [1] });
    await expect(unknown).rejects.toMatchObject({ name: 'RenderError', code: 'failed' });
    await expect(renderer.render({ ...job(1), labels: [10] })).rejects.toThrow(/0 to 9, got 10/);
    expect((await renderer.render(job(1))).pictures).toHaveLength(1);
  });
});
