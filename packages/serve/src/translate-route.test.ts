import type { Hono } from 'hono';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type AppContext,
  openAppContext,
  postJson,
  readBytes,
  readProblem,
} from './testing/app-context.js';
import { colourBytes, coloured, grey, height, width } from './testing/pictures.js';
import { form, postForm, raw, toUrl } from './testing/uploads.js';
import { colours, digits, negative } from './testing/write-model.js';

let context: AppContext;
let app: Hono;
let png: Buffer<ArrayBuffer>;
let greyPng: Buffer<ArrayBuffer>;
beforeAll(async () => {
  context = await openAppContext([digits, negative, colours, { ...negative, name: 'other' }]);
  app = context.create();
  png = Buffer.from(await coloured().png().toBuffer());
  greyPng = Buffer.from(await grey().png().toBuffer());
});
afterAll(() => context.dispose());

const opposite = Buffer.from(colourBytes.map((byte) => 255 - byte));
const decode = (bytes: Uint8Array) => sharp(bytes).raw().toBuffer();
const decodeUrl = (url: string) => decode(Buffer.from(url.split(',')[1] ?? '', 'base64'));

const post = async (init: RequestInit, query = '') => app.request(`/translate${query}`, init);

interface Entry {
  readonly index: number;
  readonly width?: number;
  readonly height?: number;
  readonly url?: string;
  readonly problem?: { readonly status: number; readonly code: string; readonly detail: string };
}

const readLines = async (response: Response): Promise<Entry[]> => {
  const text = await response.text();
  expect(text.endsWith('\n')).toBe(true);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
};

describe('POST /translate', () => {
  it.each([
    ['the body', () => raw(png)],
    ['a body of any bytes', () => raw(png, { 'Content-Type': 'application/octet-stream' })],
    ['a form', () => postForm(form(png))],
    ['a data URL', () => postJson({ image: toUrl(png) })],
    ['a list of one data URL', () => postJson({ image: [toUrl(png)] })],
  ])('answers a picture as %s with a PNG, and says what made it', async (_, init) => {
    const response = await post(init());
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/png',
      'cache-control': 'no-store',
      'x-ganvas-model': 'negative',
      'x-ganvas-version': '1',
      'x-ganvas-device': 'cpu',
      'x-ganvas-precision': 'fp32',
      'server-timing': expect.stringMatching(/queue;.*decode;.*infer;.*encode;.*total;/),
    });
    const bytes = await readBytes(response);
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'png', width, height });
    expect(await decode(bytes)).toEqual(opposite);
  });

  it('answers with JSON, or with a line of it, where that is asked for', async () => {
    const response = await post(raw(png, { Accept: 'application/json' }));
    expect(response.headers.get('content-type')).toBe('application/json');
    const body = (await response.json()) as { images: Entry[] };
    const { images, ...origin } = body;
    expect(origin).toEqual({ model: 'negative', version: 1, device: 'cpu', precision: 'fp32' });
    expect(images).toEqual([{ index: 0, width, height, url: expect.any(String) }]);
    expect(await decodeUrl(images[0]?.url ?? '')).toEqual(opposite);
    expect(await readLines(await post(raw(png), '?format=ndjson'))).toEqual(images);
  });

  it('answers several with one object, in their order, and each by itself', async () => {
    const broken = png.subarray(0, 60);
    const response = await post(postForm(form(png, broken, greyPng), { Accept: '*/*' }));
    expect(response.status).toBe(200);
    expect(response.headers.get('x-ganvas-model')).toBe('negative');
    const { images, model } = (await response.json()) as { images: Entry[]; model: string };
    expect(model).toBe('negative');
    expect(images.map(({ index }) => index)).toEqual([0, 1, 2]);
    const [first, second, third] = images as [Entry, Entry, Entry];
    expect(await decodeUrl(first.url ?? '')).toEqual(opposite);
    expect(second.problem).toMatchObject({ status: 422, code: 'unprocessable' });
    expect(second.url).toBeUndefined();
    expect((await decodeUrl(third.url ?? '')).subarray(0, 6)).toEqual(
      Buffer.from([255, 255, 255, 243, 243, 243]),
    );
  });

  it('answers several with a line for each', async () => {
    const nothing = Buffer.from('no picture');
    const init = postForm(form(png, nothing, greyPng), { Accept: 'application/x-ndjson' });
    const response = await post(init);
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    const lines = await readLines(response);
    expect(lines.map(({ index }) => index).sort()).toEqual([0, 1, 2]);
    expect(lines.find(({ index }) => index === 1)?.problem).toMatchObject({
      status: 415,
      code: 'not-a-picture',
      detail: expect.stringMatching(/^picture: expected a picture as JPEG/),
    });
  });

  it('tells the owner, and not the caller, of a fault among several', async () => {
    const heard: unknown[] = [];
    const renderer = {
      ...context.renderer,
      render: () => Promise.reject(new Error('in /home/somebody')),
    };
    const faulty = context.create({ renderer, onError: (error) => heard.push(error.message) });
    const response = await faulty.request('/translate', postForm(form(png, png)));
    const text = await response.text();
    expect(text).not.toContain('somebody');
    expect(JSON.parse(text).images[1].problem).toMatchObject({ status: 500, code: 'failed' });
    expect(heard).toEqual(['in /home/somebody', 'in /home/somebody']);
  });

  it('takes the model, the version and the format from the query or from JSON', async () => {
    const other = await post(raw(png), '?model=other&version=1');
    expect(other.headers.get('x-ganvas-model')).toBe('other');
    const json = await post(postJson({ model: 'other', format: 'json', image: toUrl(png) }));
    expect(await json.json()).toMatchObject({ model: 'other' });
    const both = await post(postJson({ model: 'other', image: toUrl(png) }), '?model=other');
    expect((await readProblem(both)).detail).toContain(
      'model: expected in the query or in the body',
    );
  });
});

describe('a server of both tasks', () => {
  it('draws with the first model that samples, and with none that translates', async () => {
    const drawn = await app.request('/generate?seed=1');
    expect(drawn.headers.get('x-ganvas-model')).toBe('digits');
    const refused = await app.request('/generate?model=negative');
    expect(refused.status).toBe(422);
    expect((await readProblem(refused)).detail).toBe(
      'model: expected a model to sample, got one to translate: POST /translate runs it',
    );
  });

  it('lists and sends translators as it does samplers', async () => {
    const { models } = (await (await app.request('/models')).json()) as {
      models: { name: string; task: string; device: string; modelUrl: string }[];
    };
    const translator = models.find(({ name }) => name === 'negative');
    expect(translator).toMatchObject({ task: 'translate', device: 'cpu' });
    const file = await app.request(translator?.modelUrl ?? '');
    expect(file.status).toBe(200);
  });

  it('says so where it has no model that translates', async () => {
    const models = context.models.filter(({ manifest }) => manifest.task === 'sample');
    const response = await context.create({ models }).request('/translate', raw(png));
    expect(response.status).toBe(404);
    expect((await readProblem(response)).detail).toBe(
      'model: expected a model to translate, but the server has none',
    );
  });
});
