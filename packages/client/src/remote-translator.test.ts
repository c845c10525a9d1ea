import type { IncomingMessage } from 'node:http';
import type { Pixels } from '@ganvas/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Rgba } from './decode.js';
import { HttpError } from './http.js';
import { listModels } from './remote.js';
import { createRemoteTranslator } from './remote-translator.js';
import { type AnswerServer, startAnswerServer } from './testing/answer-server.js';

const painter = {
  name: 'painter',
  task: 'translate',
  version: 3,
  device: null,
  image: { width: 4, height: 4, channels: 3, sizeMultiple: 4 },
  source: { channels: 3, encoding: 'picture' },
};
const digits = {
  name: 'digits',
  task: 'sample',
  version: 1,
  image: { width: 4, height: 4, channels: 1 },
};

interface Received {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly accept: string | undefined;
  readonly type: string | undefined;
  readonly body: string;
}

const toReceived = ({ method, url, headers }: IncomingMessage, body: string): Received => ({
  method,
  url,
  accept: headers.accept,
  type: headers['content-type'],
  body,
});

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

// A file format of our own: `width x height: bytes`. A real one is read by browsers and by servers.
const encode = ({ width, height, data }: Rgba) =>
  Promise.resolve(new Blob([`${width} x ${height}: ${data.join(' ')}`], { type: 'image/png' }));

async function decode(file: Blob): Promise<Rgba> {
  const [, width, height, bytes] = /^(\d+) x (\d+): (.*)$/.exec(await file.text()) ?? [];
  const data = Uint8Array.from((bytes as string).split(' '), Number);
  return { width: Number(width), height: Number(height), data };
}

const translated = [
  200,
  { 'content-type': 'image/png', 'x-ganvas-device': 'cpu' },
  '2 x 1: 1 2 3 255 4 5 6 255',
] as const;

/** What each picture is answered with: status, headers, body. */
const answers: Readonly<Record<string, readonly [number, Record<string, string>, string]>> = {
  '1 x 2: 7 7 7 255 9 9 9 255': translated,
  anything: translated,
  bad: [
    422,
    { 'content-type': 'application/problem+json' },
    JSON.stringify({ detail: 'image: expected a picture, got 3 bytes' }),
  ],
};

describe('createRemoteTranslator', () => {
  let server: AnswerServer;
  const received: Received[] = [];
  beforeAll(async () => {
    server = await startAnswerServer(async (request, response) => {
      const body = await textOf(request);
      if (request.method === 'GET') {
        const said = request.url === '/models' ? { models: [digits, painter] } : painter;
        response.end(JSON.stringify(said));
        return;
      }
      received.push(toReceived(request, body));
      // What is not in the table is never answered.
      const [status, headers, answer] = answers[body] ?? [];
      if (status) response.writeHead(status, headers).end(answer);
    });
  });
  beforeEach(() => {
    received.length = 0;
  });
  afterAll(() => server.close());

  const open = () => createRemoteTranslator({ url: server.url, encode, decode });

  it('takes the first model that translates', async () => {
    const { model } = await open();
    expect(model.name).toBe('painter');
    const listed = await listModels(server);
    expect(listed.map((each) => 'source' in each)).toEqual([false, true]);
  });

  it('sends pixels as a file, and gives what comes back with its file', async () => {
    const translator = await open();
    const gray: Pixels = {
      data: Uint8Array.of(7, 9),
      count: 1,
      height: 2,
      width: 1,
      channels: 1,
    };
    const reports: object[] = [];
    const picture = await translator.translate(gray, {
      onProgress: (progress) => reports.push(progress),
    });
    expect(received).toEqual([
      {
        method: 'POST',
        url: '/translate?model=painter',
        accept: 'image/png',
        type: 'image/png',
        body: '1 x 2: 7 7 7 255 9 9 9 255',
      },
    ]);
    expect(picture).toMatchObject({ width: 2, height: 1, channels: 3 });
    expect([...picture.data]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(await (await picture.toBlob()).text()).toBe('2 x 1: 1 2 3 255 4 5 6 255');
    expect(reports).toEqual([{ done: 1, total: 1 }]);
    expect(translator.device).toBe('cpu');
  });

  it('sends a file as it is', async () => {
    const translator = await open();
    await translator.translate(new Blob(['anything'], { type: 'image/webp' }));
    expect(received).toMatchObject([{ type: 'image/webp', body: 'anything' }]);
  });

  it('says what the server refused', async () => {
    const bad = new Blob(['bad'], { type: 'image/png' });
    const reason = await (await open()).translate(bad).catch((error: unknown) => error);
    expect(reason).toBeInstanceOf(HttpError);
    expect(reason).toMatchObject({ status: 422, message: expect.stringContaining('got 3 bytes') });
  });

  it('refuses what is no picture before it is sent', async () => {
    const translator = await open();
    const text = new Blob(['text'], { type: 'text/plain' });
    const wanted = 'such as image/png, got "text/plain" of 4 bytes';
    await expect(translator.translate(text)).rejects.toThrow(wanted);
    const two = { data: new Uint8Array(8), count: 2, height: 2, width: 2, channels: 1 };
    await expect(translator.translate(two)).rejects.toThrow('translate: expected one picture');
    expect(received).toEqual([]);
  });

  it('says what to give where there is no browser that encodes', async () => {
    const translator = await createRemoteTranslator({ url: server.url });
    const pixel = { data: new Uint8Array(1), count: 1, height: 1, width: 1, channels: 1 };
    await expect(translator.translate(pixel)).rejects.toThrow('elsewhere give encode');
  });

  it('rejects when it is aborted or disposed', async () => {
    const translator = await open();
    const slow = new Blob(['never'], { type: 'image/png' });
    const signal = AbortSignal.timeout(50);
    await expect(translator.translate(slow, { signal })).rejects.toThrow('timeout');
    const running = translator.translate(slow).catch((error: unknown) => String(error));
    await translator.dispose();
    const disposed = 'Error: translator: disposed; create another to go on';
    expect(await running).toBe(disposed);
    await expect(translator.translate(slow)).rejects.toThrow('translator: disposed');
  });
});
