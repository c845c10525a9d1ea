import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RenderError, type Renderer, type RenderFailure } from './renderer.js';
import { type AppContext, openAppContext, readProblem } from './testing/app-context.js';

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

/** What a server of this application answers to each path, sent letter by letter. */
async function overSocket({ fetch }: Hono, paths: readonly string[]): Promise<string[]> {
  const server = createAdaptorServer({ fetch }) as Server;
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const answers: string[] = [];
  for (const path of paths) {
    const socket = connect(port, '127.0.0.1');
    socket.end(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    answers.push(await text(socket));
  }
  server.close();
  return answers;
}

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
    const inner = join(dir, 'inner');
    await mkdir(inner);
    await writeFile(join(inner, 'index.html'), 'inner');
    await writeFile(join(dir, 'secret.txt'), 'secret');
    const site = context.create({ playgroundDir: inner });
    // What a URL would normalize reaches the application as it is through a socket alone.
    const answers = await overSocket(site, [
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/%2e%2e%2fsecret.txt',
      '/..%5csecret.txt',
      '/index.html',
    ]);
    const statuses = answers.map((answer) => answer.slice(9, 12));
    expect(statuses).toEqual(['404', '404', '404', '404', '404', '200']);
  });

  it('is 404 without a folder; a folder without a page is refused', async () => {
    expect((await app.request('/')).status).toBe(404);
    expect(() => context.create({ playgroundDir: join(dir, 'assets') })).toThrow(
      /expected index.html/,
    );
  });
});
