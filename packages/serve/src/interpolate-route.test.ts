import { rm } from 'node:fs/promises';
import { slerp } from '@ganvas/core';
import type { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from './app.js';
import { createLocalRenderer, type LocalRenderer } from './local-renderer.js';
import { readRepository } from './model.js';
import { latentOf } from './place.js';
import { digits, writeRepository } from './testing/write-model.js';

interface Answer {
  readonly method: string;
  readonly from: object;
  readonly to: object;
  readonly images: readonly { at?: number; label: number; url: string }[];
}

describe('latentOf', () => {
  it('is the latent of each seed at the ends, and on their great circle between', () => {
    const place = { from: 3, to: 9, method: 'slerp' } as const;
    expect(latentOf({ ...place, at: 0 }, 64)).toEqual(latentOf(3, 64));
    expect(latentOf({ ...place, at: 1 }, 64)).toEqual(latentOf(9, 64));
    expect(latentOf({ ...place, at: 0.25 }, 64)).toEqual(
      slerp(latentOf(3, 64), latentOf(9, 64), 0.25),
    );
  });
});

describe('POST /interpolate', () => {
  let repository: string;
  let renderer: LocalRenderer;
  let app: Hono;
  beforeAll(async () => {
    repository = await writeRepository(digits);
    const models = await readRepository(repository);
    renderer = await createLocalRenderer(models, { devicesOf: () => ['cpu'] });
    app = createApp({ models, renderer, maxCount: 8 });
  });
  afterAll(async () => {
    await renderer.dispose();
    await rm(repository, { recursive: true });
  });

  const post = (path: string, body: object, accept = 'application/json') =>
    app.request(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Accept: accept },
      body: JSON.stringify(body),
    });
  const walk = async (body: object) => (await (await post('/interpolate', body)).json()) as Answer;

  it('begins and ends with the pictures that /generate gives for the two seeds', async () => {
    const { images } = await walk({
      from: { seed: 3, label: 7 },
      to: { seed: 9, label: 7 },
      steps: 3,
    });
    expect(images.map(({ at }) => at)).toEqual([0, 0.5, 1]);
    for (const [i, seed] of [
      [0, 3],
      [2, 9],
    ] as const) {
      const alone = (await (await post('/generate', { seed, label: 7 })).json()) as Answer;
      expect(images[i]?.url).toBe(alone.images[0]?.url);
    }
    expect(images[1]?.url).not.toBe(images[0]?.url);
  });

  it('draws the places asked for, the same whichever others are asked for with them', async () => {
    const ends = { from: { seed: 3, label: 1 }, to: { seed: 9, label: 1 } };
    const several = await walk({ ...ends, at: [0.1, 0.9, 0.4], method: 'lerp' });
    const alone = await walk({ ...ends, at: [0.4], method: 'lerp' });
    expect(several.images[2]).toEqual(alone.images[0]);
    expect(several.method).toBe('lerp');
  });

  it('changes the class in the middle, and takes the one of the start where none is given', async () => {
    const asked = await walk({ from: { seed: 3, label: 1 }, to: { seed: 9, label: 2 }, steps: 4 });
    expect(asked.images.map(({ label }) => label)).toEqual([1, 1, 2, 2]);
    const left = await walk({ from: { seed: 3 }, to: { seed: 9 }, steps: 2 });
    expect(left.to).toEqual({ seed: 9, label: left.images[0]?.label });
  });

  it('answers with one strip where a picture is asked for', async () => {
    const response = await post(
      '/interpolate',
      { from: { seed: 3 }, to: { seed: 9 }, steps: 4 },
      'image/png',
    );
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(response.headers.get('x-ganvas-seed')).toBe('3,9');
    // Width and height in the header of a PNG.
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([4 * 28, 28]);
  });

  it.each([
    [{ to: { seed: 9 }, steps: 2 }, 400, ['from']],
    [{ from: { seed: 'x' }, to: { seed: 9 }, steps: 2 }, 400, ['from.seed']],
    [{ from: { seed: 3, z: 1 }, to: { seed: 9 }, steps: 2 }, 400, ['from.z']],
    [{ from: { seed: -1 }, to: { seed: 9 }, steps: 2 }, 422, ['from.seed']],
    [{ from: { seed: 3 }, to: { seed: 9 }, at: [0, 1.5] }, 422, ['at[1]']],
    [{ from: { seed: 3 }, to: { seed: 9 }, steps: 9 }, 422, ['steps']],
    [{ from: { seed: 3 }, to: { seed: 9 } }, 422, ['steps']],
    [{ from: { seed: 3 }, to: { seed: 9 }, steps: 2, at: [0] }, 422, ['steps']],
    [{ from: { seed: 3 }, to: { seed: 9 }, steps: 2, method: 'hop' }, 422, ['method']],
    [
      { from: { seed: 3, label: 'x' }, to: { seed: 9, label: 10 }, steps: 2 },
      422,
      ['from.label', 'to.label'],
    ],
    [
      { from: { seed: 'x', label: 'y' }, at: [2], steps: 2, hop: 1, method: 'hop' },
      400,
      ['from.seed', 'to', 'at[0]', 'method', 'hop', 'from.label'],
    ],
    [
      { from: { seed: -1, label: 'y' }, to: { seed: 9, label: 10 }, steps: 2, at: [0] },
      422,
      ['from.seed', 'steps', 'from.label', 'to.label'],
    ],
    [{ model: 'x', from: { seed: -1 } }, 400, ['from.seed', 'to', 'model']],
    [{ model: 'x', from: { seed: 3 }, to: { seed: 9 }, steps: 2 }, 404, ['model']],
  ])('refuses %j with %i, naming each field', async (body, status, paths) => {
    const response = await post('/interpolate', body);
    const problem = (await response.json()) as { errors: { path: string }[] };
    expect(response.status).toBe(status);
    expect(problem.errors.map(({ path }) => path)).toEqual(paths);
  });
});
