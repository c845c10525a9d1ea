import { labelFromSeed, maxSeed } from '@ganvas/core';
import type { Hono } from 'hono';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AppContext,
  deviceOnly,
  openAppContext,
  postJson,
  readBytes,
  readProblem,
} from './testing/app-context.js';

interface Answer {
  readonly model: string;
  readonly device: string;
  readonly images: readonly {
    readonly seed: number;
    readonly label?: number;
    readonly url: string;
  }[];
}

let context: AppContext;
let app: Hono;
beforeAll(async () => {
  context = await openAppContext();
  app = context.create();
});
afterAll(() => context.dispose());

const json = { Accept: 'application/json' };
const getJson = async (path: string): Promise<Answer> =>
  (await (await app.request(path, { headers: json })).json()) as Answer;
const toUrl = (png: Buffer) => `data:image/png;base64,${png.toString('base64')}`;

describe('GET /generate', () => {
  it('answers with one PNG of the model’s size and says what it is', async () => {
    const response = await app.request('/generate?label=7&seed=1');
    expect(response.status).toBe(200);
    const image = await sharp(await readBytes(response)).metadata();
    expect(image).toMatchObject({ format: 'png', width: 28, height: 28, channels: 1 });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/png',
      'x-ganvas-seed': '1',
      'x-ganvas-label': '7',
      'x-ganvas-model': 'digits',
      'x-ganvas-version': '1',
      'x-ganvas-device': 'cpu',
      'x-ganvas-precision': 'fp32',
      vary: expect.stringContaining('Accept'),
    });
  });

  it('reports the time waited, inferred and encoded', async () => {
    const { headers } = await app.request('/generate?seed=1');
    const timing = headers.get('server-timing') ?? '';
    const names = [...timing.matchAll(/(\w+);dur=\d+\.\d+/g)].map(([, name]) => name);
    expect(names).toEqual(['queue', 'infer', 'encode', 'total']);
  });

  it('draws image i of seed s as the image of seed s + i, to the byte', async () => {
    const { images } = await getJson('/generate?seed=100&count=9&label=3');
    expect(images.map(({ seed }) => seed)).toEqual([100, 101, 102, 103, 104, 105, 106, 107, 108]);
    for (const { seed, url } of images) {
      expect(url).toBe(toUrl(await readBytes(await app.request(`/generate?seed=${seed}&label=3`))));
    }
    expect(new Set(images.map(({ url }) => url)).size).toBe(9);
  });

  it('takes each class from its seed where none is asked for', async () => {
    const { images } = await getJson('/generate?seed=40&count=8');
    const labels = images.map(({ label }) => label);
    expect(labels).toEqual(images.map(({ seed }) => labelFromSeed(seed, 10)));
    expect(new Set(labels).size).toBeGreaterThan(1);
    const asked = await getJson(`/generate?seed=43&label=${labels[3]}`);
    expect(asked.images[0]).toEqual(images[3]);
  });

  it.each([
    ['count=4', 56, 56],
    ['count=5', 84, 56],
    ['count=4&grid=4', 112, 28],
    ['labels=1,2,3&grid=2', 56, 56],
  ])('lays out %s in a grid', async (query, width, height) => {
    const response = await app.request(`/generate?seed=1&${query}`);
    const image = await sharp(await readBytes(response)).metadata();
    expect(image).toMatchObject({ width, height });
  });

  it('puts each picture where it belongs in the grid', async () => {
    const grid = sharp(await readBytes(await app.request('/generate?seed=1&labels=4,5,6&grid=2')));
    const cell = grid.extract({ left: 28, top: 0, width: 28, height: 28 }).raw();
    const alone = sharp(await readBytes(await app.request('/generate?seed=2&label=5'))).raw();
    expect(await cell.toBuffer()).toEqual(await alone.toBuffer());
  });

  it('serves a model without classes, in colour, by name', async () => {
    const response = await app.request('/generate?model=paint&version=1&seed=3');
    expect(await sharp(await readBytes(response)).metadata()).toMatchObject({ channels: 3 });
    expect(response.headers.has('x-ganvas-label')).toBe(false);
  });

  it('lets a seeded answer be kept for ever and knows it again without drawing it', async () => {
    const first = await app.request('/generate?label=7&seed=1');
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]{43}"$/);
    expect(first.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const idle = context.create({ renderer: deviceOnly(context.renderer) });
    for (const known of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const again = await idle.request('/generate?label=7&seed=1', {
        headers: { 'If-None-Match': known },
      });
      expect(again.status).toBe(304);
      expect(again.headers.get('etag')).toBe(etag);
    }
  });

  it.each([
    'label=7&seed=2',
    'label=8&seed=1',
    'label=7&seed=1&count=2',
    'label=7&seed=1&format=json',
  ])('gives %s another tag', async (query) => {
    const tag = async (each: string) =>
      (await app.request(`/generate?${each}`)).headers.get('etag');
    expect(await tag(query)).not.toBe(await tag('label=7&seed=1'));
  });

  it('draws a seed where none is given, reports it, and lets nobody keep the answer', async () => {
    const first = await app.request('/generate?label=7');
    const second = await app.request('/generate?label=7');
    const seed = first.headers.get('x-ganvas-seed');
    expect(first.headers.get('cache-control')).toBe('no-store');
    expect(first.headers.has('etag')).toBe(false);
    expect(second.headers.get('x-ganvas-seed')).not.toBe(seed);
    const again = await app.request(`/generate?label=7&seed=${seed}`);
    expect(await readBytes(again)).toEqual(await readBytes(first));
  });

  it.each([
    [undefined, 'image/png'],
    ['*/*', 'image/png'],
    ['image/*', 'image/png'],
    ['image/avif,image/webp,image/apng,image/*,*/*;q=0.8', 'image/png'],
    ['application/json', 'application/json'],
    ['application/json;q=0.9, image/png;q=0.1', 'application/json'],
    ['image/png;q=0, */*', 'application/json'],
    ['application/json;q=0.5, */*', 'image/png'],
  ])('answers Accept %s with %s', async (accept, type) => {
    const response = await app.request('/generate?seed=1', {
      headers: accept ? { Accept: accept } : {},
    });
    expect(response.headers.get('content-type')).toBe(type);
  });

  it('goes by format before Accept', async () => {
    const response = await app.request('/generate?seed=1&format=json', {
      headers: { Accept: 'image/png' },
    });
    expect(response.headers.get('content-type')).toBe('application/json');
  });

  it.each(['text/html', 'image/webp', 'image/png;q=0'])(
    'refuses Accept %s with 406',
    async (accept) => {
      const response = await app.request('/generate?seed=1', { headers: { Accept: accept } });
      expect(response.status).toBe(406);
      expect((await readProblem(response)).code).toBe('not-acceptable');
    },
  );

  it.each([
    ['seed=1e3', 400, ['seed']],
    ['seed=', 400, ['seed']],
    ['seed=01', 400, ['seed']],
    ['seed=01x', 400, ['seed']],
    ['seed=%2B1', 400, ['seed']],
    ['seed=1.0', 400, ['seed']],
    ['seed=0x10', 400, ['seed']],
    ['seed=%201', 400, ['seed']],
    ['seed=1&seed=1', 400, ['seed']],
    ['seed=-1', 422, ['seed']],
    [`seed=${maxSeed + 1}`, 422, ['seed']],
    [`seed=${maxSeed}&count=2`, 422, ['seed']],
    ['count=0', 422, ['count']],
    ['count=65', 422, ['count']],
    ['count=1.5', 400, ['count']],
    ['version=0', 422, ['version']],
    ['label=10', 422, ['label']],
    ['label=seven', 422, ['label']],
    ['label=', 422, ['label']],
    ['labels=1,2,x', 422, ['labels[2]']],
    ['labels=1,2&count=3', 422, ['labels']],
    ['labels=1&label=1', 422, ['labels']],
    ['model=paint&label=1', 422, ['label']],
    ['grid=0&count=2', 422, ['grid']],
    ['grid=2&count=2&format=json', 422, ['grid']],
    ['grid=2', 422, ['grid']],
    ['grid=4&labels=1,2,3', 422, ['grid']],
    ['format=gif', 422, ['format']],
    ['sead=1', 400, ['sead']],
    ['__proto__=1', 400, ['__proto__']],
    ['constructor=1&toString=2', 400, ['constructor', 'toString']],
    ['model=nope', 404, ['model']],
    ['version=2', 404, ['version']],
    ['seed=x&count=65&label=10&extra=1', 400, ['count', 'seed', 'extra', 'label']],
    ['seed=-1&model=nope', 422, ['seed', 'model']],
  ])('refuses ?%s with %i and names each field', async (query, status, paths) => {
    const response = await app.request(`/generate?${query}`);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const problem = await readProblem(response);
    expect(problem.errors?.map(({ path }) => path)).toEqual(paths);
    for (const path of paths) expect(problem.detail).toContain(path);
  });

  it('accepts the largest seed', async () => {
    expect((await app.request(`/generate?seed=${maxSeed}`)).status).toBe(200);
  });
});

describe('POST /generate', () => {
  const post = (body: unknown, headers?: Record<string, string>) =>
    app.request('/generate', postJson(body, headers));

  it('answers as GET does for the same fields', async () => {
    const posted = await post({ model: 'digits', version: 1, seed: 1, label: 7 });
    const got = await app.request('/generate?model=digits&version=1&seed=1&label=7');
    expect(await readBytes(posted)).toEqual(await readBytes(got));
    expect(posted.headers.get('cache-control')).toBe('no-store');
  });

  it('takes classes by number and by name, one for all or one for each', async () => {
    const byNumber = await (await post({ seed: 1, labels: [3, 4] }, json)).json();
    const byName = await (await post({ seed: 1, labels: ['3', '4'] }, json)).json();
    expect(byName).toEqual(byNumber);
    const forAll = (await (await post({ seed: 1, count: 2, label: 3 }, json)).json()) as Answer;
    expect(forAll.images.map(({ label }) => label)).toEqual([3, 3]);
  });

  it.each([
    [{ seed: '1' }, 400, ['seed']],
    [{ seed: null }, 400, ['seed']],
    [{ seed: 1.5 }, 400, ['seed']],
    [{ seed: true }, 400, ['seed']],
    [{ seed: -1 }, 422, ['seed']],
    [{ count: '2' }, 400, ['count']],
    [{ count: 1000 }, 422, ['count']],
    [{ model: 1 }, 400, ['model']],
    [{ version: 'one' }, 400, ['version']],
    [{ label: {} }, 400, ['label']],
    [{ label: 1.5 }, 400, ['label']],
    [{ label: -1 }, 422, ['label']],
    [{ labels: 1 }, 400, ['labels']],
    [{ labels: [] }, 422, ['labels']],
    [{ labels: [1, null, 2] }, 400, ['labels[1]']],
    [{ labels: [1, 99, 2] }, 422, ['labels[1]']],
    [{ format: 3 }, 400, ['format']],
    [{ grid: '2' }, 400, ['grid']],
    [{ truncate: 1, seeds: 2 }, 400, ['truncate', 'seeds']],
    [[1], 400, ['']],
    [null, 400, ['']],
    ['text', 400, ['']],
  ])('refuses %j with %i and names each field', async (body, status, paths) => {
    const response = await post(body);
    const { errors, status: said } = await readProblem(response);
    expect([response.status, said]).toEqual([status, status]);
    expect(errors?.map(({ path }) => path)).toEqual(paths);
  });

  it('refuses a body that is not JSON or does not say so', async () => {
    const broken = await app.request('/generate', { ...postJson({}), body: '{"seed":' });
    expect([broken.status, (await readProblem(broken)).code]).toEqual([400, 'malformed']);
    const polluted = await app.request('/generate', { ...postJson({}), body: '{"__proto__":{}}' });
    expect((await readProblem(polluted)).errors?.[0]?.path).toBe('__proto__');
    const untyped = await post({}, { 'Content-Type': 'text/plain' });
    expect((await readProblem(untyped)).detail).toContain(
      'expected application/json, got text/plain',
    );
    const form = await app.request('/generate', { method: 'POST' });
    expect(form.status).toBe(400);
  });

  it('refuses a body that is too large, whether or not it says so', async () => {
    const small = context.create({ maxBodyBytes: 50 });
    const body = JSON.stringify({ model: 'x'.repeat(60) });
    const said = await small.request('/generate', {
      ...postJson({}, { 'Content-Length': String(body.length) }),
      body,
    });
    const unsaid = await small.request('/generate', { ...postJson({}), body });
    expect([said.status, unsaid.status]).toEqual([413, 413]);
    expect((await readProblem(said)).code).toBe('too-large');
  });
});
