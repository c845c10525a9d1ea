import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseManifest } from '@ganvas/core';
import type { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRepository } from './model.js';
import { type AppContext, openAppContext, readBytes, readProblem } from './testing/app-context.js';
import { digits, writeRepository } from './testing/write-model.js';

let context: AppContext;
let app: Hono;
let bytes: Buffer;
let sha256: string;
beforeAll(async () => {
  context = await openAppContext();
  app = context.create();
  bytes = await readFile(context.models[0]?.file as string);
  sha256 = createHash('sha256').update(bytes).digest('hex');
});
afterAll(() => context.dispose());

const immutable = 'public, max-age=31536000, immutable';
const named = '/models/digits/1/model.onnx';
const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  app.request(path, { headers, method });

describe('GET /models', () => {
  it('lists what is served, and where its files are', async () => {
    const { models } = (await (await ask('/models')).json()) as { models: object[] };
    const modelUrl = `${named}?sha256=${sha256.slice(0, 16)}`;
    expect(models).toMatchObject([
      { name: 'digits', version: 1, device: 'cpu', modelUrl },
      { name: 'paint', version: 1, device: 'cpu' },
    ]);
    expect((await readBytes(await ask(modelUrl))).equals(bytes)).toBe(true);
    expect(await (await ask('/models/paint')).json()).toEqual(models[1]);
    expect((await ask('/models/nope')).status).toBe(404);
    expect((await ask('/models/nope/model.onnx')).status).toBe(404);
  });
});

describe('GET /models/digits/ganvas.json', () => {
  const path = '/models/digits/ganvas.json';

  it('gives the manifest', async () => {
    const response = await ask(path);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(parseManifest(await response.json())).toEqual(context.models[0]?.manifest);
    const etag = response.headers.get('etag') ?? '';
    const again = await ask(path, { 'If-None-Match': etag });
    expect([again.status, again.headers.get('etag')]).toEqual([304, etag]);
  });

  it('has another tag when anything in it is another', async () => {
    const [digits, ...others] = context.models;
    const manifest = { ...digits?.manifest, license: 'Apache-2.0' };
    const models = [{ ...digits, manifest }, ...others] as typeof context.models;
    const changed = await context.create({ models }).request(path);
    expect(changed.headers.get('etag')).not.toBe((await ask(path)).headers.get('etag'));
  });
});

describe.each(['model.onnx', '1/model.onnx'])('GET /models/digits/%s', (file) => {
  const path = `/models/digits/${file}`;

  it('sends the file with its sha256 as tag', async () => {
    const response = await ask(path);
    expect((await readBytes(response)).equals(bytes)).toBe(true);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      etag: `"${sha256}"`,
      'accept-ranges': 'bytes',
      'content-length': String(bytes.length),
      'content-type': 'application/octet-stream',
      'cross-origin-resource-policy': 'same-origin',
    });
    const again = await ask(path, { 'If-None-Match': `"${sha256}"` });
    expect([again.status, (await readBytes(again)).length]).toEqual([304, 0]);
  });

  it('sends a part by Range', async () => {
    const middle = await ask(path, { Range: 'bytes=100-199', 'If-Range': `"${sha256}"` });
    expect([middle.status, middle.headers.get('content-range')]).toEqual([
      206,
      `bytes 100-199/${bytes.length}`,
    ]);
    expect(await readBytes(middle)).toEqual(bytes.subarray(100, 200));
    expect(await readBytes(await ask(path, { Range: 'bytes=-10' }))).toEqual(bytes.subarray(-10));
    const past = await ask(path, { Range: `bytes=${bytes.length}-` });
    expect([past.status, past.headers.get('content-range')]).toEqual([
      416,
      `bytes */${bytes.length}`,
    ]);
    expect(past.headers.has('cache-control')).toBe(false);
  });

  it.each([
    [{ Range: 'bytes=100-199', 'If-Range': '"another"' }],
    [{ Range: 'bytes=0-1,4-5' }],
    [{ Range: 'bytes=9-1' }],
    [{ Range: 'bytes=-' }],
    [{ Range: 'bytes=a-b' }],
    [{ Range: 'items=0-5' }],
    [{ Range: '0-5' }],
  ])('sends the whole for %j', async (headers) => {
    const response = await ask(path, headers);
    expect([response.status, (await readBytes(response)).length]).toEqual([200, bytes.length]);
  });
});

describe('the address of a model’s file', () => {
  it('is for ever that of the same bytes where it names the version or the bytes', async () => {
    const short = sha256.slice(0, 16);
    for (const path of [
      named,
      `${named}?sha256=${short}`,
      `/models/digits/model.onnx?sha256=${short}`,
    ]) {
      expect((await ask(path)).headers.get('cache-control')).toBe(immutable);
      const again = await ask(path, { 'If-None-Match': `"${sha256}"` });
      expect(again.headers.get('cache-control')).toBe(immutable);
    }
    const { headers } = await ask('/models/digits/model.onnx');
    expect(headers.get('cache-control')).toBe('no-cache');
  });

  it.each(['0'.repeat(16), '', 'x'])('is not that of other bytes: ?sha256=%s', async (hash) => {
    const response = await ask(`${named}?sha256=${hash}`);
    expect([response.status, response.headers.get('cache-control')]).toEqual([404, 'no-store']);
    expect((await readProblem(response)).errors?.map(({ path }) => path)).toEqual(['sha256']);
  });

  it.each(['/models/digits/2/model.onnx', '/models/digits/..%2F..%2Fx', '/models/digits/1'])(
    'is not %s',
    async (path) => {
      expect((await ask(path)).status).toBe(404);
    },
  );
});

describe('HEAD /models/digits/1/model.onnx', () => {
  it('says what GET would send', async () => {
    const { status, headers } = await ask(named, {}, 'HEAD');
    expect([status, headers.get('content-length')]).toEqual([200, String(bytes.length)]);
    expect([headers.get('etag'), headers.get('cache-control')]).toEqual([`"${sha256}"`, immutable]);
  });

  it.runIf(process.platform === 'linux')('leaves no file open', async () => {
    // Larger than what a stream reads ahead.
    const repository = await writeRepository({ ...digits, width: 64 });
    const models = await readRepository(repository);
    const large = context.create({ models });
    const open = () => readdirSync('/proc/self/fd').length;
    const before = open();
    for (let i = 0; i < 20; i++) {
      for (const headers of [{ 'If-Range': '"another"' }, {}]) {
        await large.request(named, { method: 'HEAD', headers: { Range: 'bytes=0-9', ...headers } });
      }
    }
    // Opening takes a moment too.
    await sleep(100);
    expect(open()).toBeLessThan(before + 10);
    await rm(repository, { recursive: true });
  });
});
