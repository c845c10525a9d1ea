import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AppContext,
  deviceOnly,
  openAppContext,
  postJson,
  readProblem,
} from './testing/app-context.js';
import { coloured, height, width } from './testing/pictures.js';
import { form, postForm, raw, toUrl } from './testing/uploads.js';
import { digits, negative } from './testing/write-model.js';

let context: AppContext;
let png: Buffer<ArrayBuffer>;
beforeAll(async () => {
  context = await openAppContext([digits, negative]);
  png = Buffer.from(await coloured().png().toBuffer());
});
afterAll(() => context.dispose());

describe('POST /translate', () => {
  it.each([
    [
      'no content type',
      () => ({ method: 'POST', body: new Uint8Array(png) }),
      400,
      /Content-Type: expected multipart/,
    ],
    ['text', () => raw(png, { 'Content-Type': 'text/plain' }), 400, /got text\/plain$/],
    [
      'no body',
      () => ({ method: 'POST', headers: { 'Content-Type': 'image/png' } }),
      400,
      /image: expected a picture, got none/,
    ],
    ['an empty body', () => raw(Buffer.alloc(0)), 400, /image: expected a picture, got none/],
    [
      'a form without a picture',
      () => postForm(new FormData()),
      400,
      /image: expected a picture, got none/,
    ],
    ['an empty file in a form', () => postForm(form(Buffer.alloc(0))), 415, /got no bytes/],
    [
      'a wrong field',
      () => postForm(form(['picture', png])),
      400,
      /picture: unknown field; expected image/,
    ],
    [
      'a form without a boundary',
      () => raw(png, { 'Content-Type': 'multipart/form-data; x=y' }),
      400,
      /Content-Type: .*boundary/i,
    ],
    [
      'a form without any parameter',
      () => raw(png, { 'Content-Type': 'multipart/form-data' }),
      400,
      /Content-Type: .*boundary/i,
    ],
    [
      'a form that breaks off',
      () =>
        raw(Buffer.from('--b\r\nContent-Disposition: form-data; name="image"\r\n\r\nabc'), {
          'Content-Type': 'multipart/form-data; boundary=b',
        }),
      400,
      /body: expected a form/,
    ],
    [
      'JSON that is none',
      () => raw(Buffer.from('{'), { 'Content-Type': 'application/json' }),
      400,
      /expected JSON/,
    ],
    [
      'JSON without a picture',
      () => postJson({}),
      400,
      /image: expected 1 to 3 data URLs, got nothing/,
    ],
    [
      'JSON with a number',
      () => postJson({ image: 7 }),
      400,
      /image: expected 1 to 3 data URLs, got 7/,
    ],
    [
      'JSON with an address',
      () => postJson({ image: 'http://localhost/cat.png' }),
      400,
      /image\[0\]: expected a data URL/,
    ],
    [
      'JSON with a list of addresses',
      () => postJson({ image: ['x', toUrl(png)] }),
      400,
      /image\[0\]: expected a data URL/,
    ],
    [
      'JSON with no picture in a list',
      () => postJson({ image: [] }),
      422,
      /image: expected 1 to 3/,
    ],
    [
      'an unknown field',
      () => postJson({ image: toUrl(png), seed: 1 }),
      400,
      /seed: unknown field/,
    ],
    [
      'an unknown field that every object inherits, once',
      () => postJson({ image: toUrl(png), toString: 1 }),
      400,
      /^toString: unknown field/,
    ],
    [
      'too many pictures',
      () => postForm(form(png, png, png, png)),
      422,
      /image: expected at most 3 pictures/,
    ],
    [
      'too many data URLs',
      () => postJson({ image: [1, 2, 3, 4].map(() => toUrl(png)) }),
      422,
      /1 to 3 data URLs/,
    ],
    [
      'a body that is too large',
      () => raw(Buffer.alloc(5001)),
      413,
      /body: expected at most 5000 bytes/,
    ],
    [
      'a form that is too large',
      () => postForm(form(Buffer.alloc(5001))),
      413,
      /at most 5000 bytes/,
    ],
  ] as const)('refuses %s', async (_, init, status, why) => {
    const renderer = { ...deviceOnly(context.renderer), render: context.renderer.render };
    const strict = context.create({ renderer, maxCount: 3, maxUploadBytes: 5000 });
    const response = await strict.request('/translate', init());
    const problem = await readProblem(response);
    expect(problem.detail).toMatch(why);
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
  });

  it.each([
    ['?model=nope', 404, /model: expected one of negative, got "nope"/],
    ['?version=2', 404, /version: expected 1, the one there is, got 2/],
    [
      '?model=digits',
      422,
      /model: expected a model to translate, got one to sample: POST \/generate/,
    ],
    ['?format=jpeg', 422, /format: expected one of png, json, ndjson, got "jpeg"/],
    ['?toString=1', 400, /^toString: unknown field/],
    ['?seed=1', 400, /seed: unknown field; expected one of model, version, format/],
  ])('refuses %s', async (query, status, why) => {
    const refusing = context.create({ renderer: deviceOnly(context.renderer) });
    const response = await refusing.request(`/translate${query}`, raw(png));
    expect((await readProblem(response)).detail).toMatch(why);
    expect(response.status).toBe(status);
  });

  it('has no PNG for several pictures', async () => {
    const accepted = await context
      .create()
      .request('/translate', postForm(form(png, png), { Accept: 'image/png' }));
    expect(accepted.status).toBe(406);
    const asked = await context.create().request('/translate?format=png', postForm(form(png, png)));
    expect(asked.status).toBe(422);
    expect((await readProblem(asked)).detail).toBe(
      'format: expected json or ndjson for 2 pictures, got png',
    );
    expect(
      (await context.create().request('/translate', raw(png, { Accept: 'text/html' }))).status,
    ).toBe(406);
  });

  it('refuses a picture with more pixels than it may have', async () => {
    const small = context.create({ maxPixels: width * height - 1 });
    const response = await small.request('/translate', raw(png));
    expect(response.status).toBe(413);
    expect((await readProblem(response)).detail).toBe(
      'picture: expected at most 279 pixels, got 20 x 14; make it smaller',
    );
  });

  it('takes no more uploads at once than it has memory for, and takes them again after', async () => {
    const hung: (() => void)[] = [];
    const render = () =>
      new Promise<never>((_, reject) => hung.push(() => reject(new Error('given up'))));
    const busy = context.create({
      renderer: { ...context.renderer, render },
      maxUploadBytes: png.length,
    });
    const waiting = Array.from({ length: 8 }, () => busy.request('/translate', raw(png)));
    await expect.poll(() => hung.length).toBe(8);
    for (const init of [raw(Buffer.alloc(1)), postForm(form(Buffer.alloc(1))), postJson({})]) {
      const refused = await busy.request('/translate', init);
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    }
    for (const end of hung.splice(0)) end();
    await Promise.all(waiting);
    const taken = busy.request('/translate', raw(png));
    await expect.poll(() => hung.length).toBe(1);
    for (const end of hung) end();
    expect((await taken).status).toBe(500);
  });

  it('holds nothing for uploads that are announced only', async () => {
    const app = context.create({ maxUploadBytes: png.length });
    const length = { 'Content-Type': 'image/png', 'Content-Length': String(png.length) };
    const stop = new AbortController();
    const silent = Array.from({ length: 9 }, () => {
      const body = new ReadableStream({
        start: (pieces) =>
          stop.signal.addEventListener('abort', () => pieces.error(new Error('gone'))),
      });
      const init = { method: 'POST', headers: length, body, duplex: 'half' };
      return app.request('/translate', init as RequestInit);
    });
    expect((await app.request('/translate', raw(png))).status).toBe(200);
    stop.abort();
    await Promise.all(silent);
  });

  it('counts a byte of JSON four times', async () => {
    const json = postJson({ image: toUrl(png) });
    const bytes = String(json.body).length;
    let begun = 0;
    const render = () => {
      begun++;
      return new Promise<never>(() => undefined);
    };
    const hung = context.create({
      renderer: { ...context.renderer, render },
      maxUploadBytes: bytes,
    });
    void hung.request('/translate', json);
    void hung.request('/translate', json);
    await expect.poll(() => begun).toBe(2);
    // Two take the room of eight.
    expect((await hung.request('/translate', raw(Buffer.alloc(1)))).status).toBe(503);
  });

  it('answers 503 while the models load and while the server stops', async () => {
    for (const [change, code] of [
      [{ deviceOf: () => undefined }, 'loading'],
      [{ state: 'draining' as const }, 'draining'],
    ] as const) {
      const early = context.create({ renderer: { ...context.renderer, ...change } });
      const response = await early.request('/translate', postForm(form(png, png)));
      expect([response.status, (await readProblem(response)).code]).toEqual([503, code]);
    }
  });
});
