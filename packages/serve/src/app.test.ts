import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseManifest } from '@ganvas/core';
import type { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RenderError, type Renderer, type RenderFailure } from './renderer.js';
import { type AppContext, openAppContext, readBytes, readProblem } from './testing/app-context.js';

let context: AppContext;
let app: Hono;
beforeAll(async () => {
  context = await openAppContext();
  app = context.create();
});
afterAll(() => context.dispose());

const failing = (error: Error): Renderer => ({
  ...context.renderer,
  deviceOf: () => 'cpu',
  render: () => Promise.reject(error),
});

describe('createApp', () => {
  it('says that it lives and whether it is ready', async () => {
    expect((await app.request('/livez')).status).toBe(200);
    expect((await app.request('/readyz')).status).toBe(200);
    for (const state of ['loading', 'draining'] as const) {
      const early = context.create({ renderer: { ...context.renderer, state } });
      const response = await early.request('/readyz');
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('1');
      expect((await early.request('/livez')).status).toBe(200);
    }
  });

  it.each([
    ['queue-full', 503, '1'],
    ['draining', 503, '5'],
    ['loading', 503, '1'],
    ['failed', 500, null],
  ] as const)(
    'answers a job that is %s with %i',
    async (code: RenderFailure, status, retryAfter) => {
      const renderer = failing(new RenderError(code, 'in /home/somebody/models'));
      const response = await context.create({ renderer }).request('/generate?seed=1');
      expect(response.status).toBe(status);
      expect(response.headers.get('retry-after')).toBe(retryAfter);
      expect(response.headers.has('etag')).toBe(false);
      expect((await readProblem(response)).code).toBe(code);
    },
  );

  it('answers 503 while no device is known yet', async () => {
    const renderer = { ...context.renderer, deviceOf: () => undefined };
    const response = await context.create({ renderer }).request('/generate?seed=1');
    expect([response.status, (await readProblem(response)).code]).toEqual([503, 'loading']);
  });

  it('tells the owner of a fault, and the caller neither path nor stack', async () => {
    const heard: unknown[] = [];
    const error = new Error('cannot open /home/somebody/models');
    const onError = (...args: unknown[]) => heard.push(args);
    const faulty = context.create({ renderer: failing(error), onError });
    const response = await faulty.request('/generate?seed=1', {
      headers: { 'X-Request-Id': 'r-1' },
    });
    expect(heard).toEqual([[error, 'r-1']]);
    const text = await response.text();
    expect(text).not.toContain('somebody');
    expect(JSON.parse(text)).toMatchObject({ status: 500, request_id: 'r-1' });
    await faulty.request('/generate?seed=x');
    expect(heard).toHaveLength(1);
  });

  it('passes a request id on, and makes one where there is none or it is unfit', async () => {
    const idFor = async (given?: string) =>
      (
        await app.request('/nowhere', given ? { headers: { 'X-Request-Id': given } } : {})
      ).headers.get('x-request-id');
    expect(await idFor('abc-123')).toBe('abc-123');
    expect(await idFor()).toMatch(/^[0-9a-f-]{36}$/);
    expect(await idFor('a b;c')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('answers an unknown path with 404 and a wrong method with 405, as problems', async () => {
    const missing = await app.request('/nowhere');
    expect(await readProblem(missing)).toMatchObject({
      type: 'about:blank',
      title: 'Not Found',
      status: 404,
      instance: '/nowhere',
      request_id: missing.headers.get('x-request-id'),
    });
    const wrong = await app.request('/generate', { method: 'DELETE' });
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
    expect((await readProblem(wrong)).code).toBe('method-not-allowed');
  });

  it('is open to other origins only where that is asked for', async () => {
    const headers = { Origin: 'https://page.example' };
    const closed = await app.request('/generate?seed=1', { headers });
    expect(closed.headers.has('access-control-allow-origin')).toBe(false);
    expect(closed.headers.get('cross-origin-resource-policy')).toBe('same-origin');

    const open = context.create({ corsOrigins: '*' });
    const answer = await open.request('/generate?seed=1', { headers });
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(answer.headers.get('access-control-expose-headers')).toContain('X-Ganvas-Seed');
    const preflight = await open.request('/generate', { method: 'OPTIONS', headers });
    expect(preflight.headers.get('access-control-allow-methods')).toBe('GET,HEAD,POST');

    const some = context.create({ corsOrigins: ['https://other.example'] });
    const refused = await some.request('/generate?seed=1', { headers });
    expect(refused.headers.has('access-control-allow-origin')).toBe(false);
  });
});

describe('GET /models', () => {
  it('lists what is served, and where its files are', async () => {
    const { models } = (await (await app.request('/models')).json()) as { models: object[] };
    expect(models).toMatchObject([
      { name: 'digits', version: 1, device: 'cpu', modelUrl: '/models/digits/1/model.onnx' },
      { name: 'paint', version: 1, device: 'cpu' },
    ]);
    expect(await (await app.request('/models/paint')).json()).toEqual(models[1]);
    expect((await app.request('/models/nope')).status).toBe(404);
    expect((await app.request('/models/nope/model.onnx')).status).toBe(404);
  });

  it('gives the manifest as it is', async () => {
    const response = await app.request('/models/digits/ganvas.json');
    expect(parseManifest(await response.json())).toEqual(context.models[0]?.manifest);
    const etag = response.headers.get('etag') ?? '';
    const again = await app.request('/models/digits/ganvas.json', {
      headers: { 'If-None-Match': etag },
    });
    expect(again.status).toBe(304);
  });
});

describe.each(['model.onnx', '1/model.onnx'])('GET /models/digits/%s', (file) => {
  const path = `/models/digits/${file}`;
  const whole = () => readFile(context.models[0]?.file as string);

  it('sends the file with its sha256 as tag, for ever the same', async () => {
    const response = await app.request(path);
    const bytes = await readBytes(response);
    expect(bytes).toEqual(await whole());
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      etag: `"${sha256}"`,
      'cache-control': 'public, max-age=31536000, immutable',
      'accept-ranges': 'bytes',
      'content-length': String(bytes.length),
      'content-type': 'application/octet-stream',
    });
    const again = await app.request(path, { headers: { 'If-None-Match': `"${sha256}"` } });
    expect([again.status, (await readBytes(again)).length]).toEqual([304, 0]);
  });

  it('sends a part by Range, and the whole of another file', async () => {
    const bytes = await whole();
    const ask = (headers: Record<string, string>) => app.request(path, { headers });
    const middle = await ask({ Range: 'bytes=100-199' });
    expect([middle.status, middle.headers.get('content-range')]).toEqual([
      206,
      `bytes 100-199/${bytes.length}`,
    ]);
    expect(await readBytes(middle)).toEqual(bytes.subarray(100, 200));
    expect(await readBytes(await ask({ Range: 'bytes=-10' }))).toEqual(bytes.subarray(-10));
    const past = await ask({ Range: `bytes=${bytes.length}-` });
    expect([past.status, past.headers.get('content-range')]).toEqual([
      416,
      `bytes */${bytes.length}`,
    ]);
    const changed = await ask({ Range: 'bytes=100-199', 'If-Range': '"another"' });
    expect([changed.status, (await readBytes(changed)).length]).toEqual([200, bytes.length]);
  });
});

describe('GET /models/digits', () => {
  it.each(['/models/digits/2/model.onnx', '/models/digits/..%2F..%2Fx', '/models/digits/1'])(
    'has nothing at %s',
    async (path) => {
      expect((await app.request(path)).status).toBe(404);
    },
  );
});

describe('GET /', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'ganvas-page-'));
    await mkdir(join(dir, 'assets'));
    await writeFile(join(dir, 'index.html'), '<title>page</title>');
    await writeFile(join(dir, 'assets', 'index-a1B2c3D4.js'), 'export {};');
  });
  afterAll(() => rm(dir, { recursive: true }));

  it('shows the page, isolated so that WebAssembly has threads', async () => {
    const site = context.create({ playgroundDir: dir });
    const page = await site.request('/');
    expect(await page.text()).toBe('<title>page</title>');
    const isolation = {
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
    };
    expect(Object.fromEntries(page.headers)).toMatchObject({
      ...isolation,
      'content-type': expect.stringContaining('text/html'),
      'cache-control': 'no-cache',
    });
    const script = await site.request('/assets/index-a1B2c3D4.js');
    expect(Object.fromEntries(script.headers)).toMatchObject({
      ...isolation,
      'content-type': expect.stringContaining('javascript'),
      'cache-control': 'public, max-age=31536000, immutable',
    });
    expect((await site.request('/generate?seed=1')).headers.get('content-type')).toBe('image/png');
    const missing = await site.request('/assets/nothing.js');
    expect([missing.status, missing.headers.get('content-type')]).toEqual([
      404,
      'application/problem+json',
    ]);
  });

  it('stays inside its folder', async () => {
    const site = context.create({ playgroundDir: join(dir, 'assets', '..') });
    for (const path of ['/..%2f..%2fetc/passwd', '/%2e%2e/%2e%2e/etc/passwd']) {
      expect((await site.request(path)).status).toBe(404);
    }
  });

  it('is 404 without a folder; a folder without a page is refused', async () => {
    expect((await app.request('/')).status).toBe(404);
    expect(() => context.create({ playgroundDir: join(dir, 'assets') })).toThrow(
      /expected index.html/,
    );
  });
});
