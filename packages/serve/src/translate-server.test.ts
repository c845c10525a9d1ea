import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBytes, readProblem } from './testing/app-context.js';
import {
  animate,
  bomb,
  colourAt,
  colourBytes,
  coloured,
  greyAlpha,
  halved,
  height,
  svg,
  width,
} from './testing/pictures.js';
import { form, postForm, raw } from './testing/uploads.js';
import { digits, negative, writeRepository } from './testing/write-model.js';

interface Started {
  readonly url: string;
  readonly pids: readonly [number];
}

let repository: string;
let server: ChildProcess;
let started: Started;
beforeAll(async () => {
  repository = await writeRepository(digits, negative, { ...negative, name: 'slow', width: 48 });
  const entry = fileURLToPath(new URL('./testing/server-process.mjs', import.meta.url));
  server = fork(entry, [repository], { execArgv: [] });
  [started] = (await once(server, 'message')) as [Started];
});
afterAll(async () => {
  if (server.exitCode === null) {
    server.kill('SIGTERM');
    await once(server, 'exit');
  }
  await rm(repository, { recursive: true });
});

const post = async (init: RequestInit, query = '') =>
  fetch(`${started.url}/translate${query}`, init);
const toBody = async (picture: Sharp) => Buffer.from(await picture.toBuffer());
const opposite = (bytes: ArrayLike<number>) => Buffer.from(Array.from(bytes, (byte) => 255 - byte));

/** Most memory that a process has had so far, in MB. */
const peakOf = (pid: number): number =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

const refused: readonly [string, () => Promise<RequestInit>, number, RegExp][] = [
  ['no picture', async () => raw(Buffer.from('hello')), 415, /as JPEG, PNG, .* got something/],
  ['zero bytes', async () => raw(Buffer.alloc(0)), 400, /expected a picture, got none/],
  [
    'a truncated JPEG',
    async () => raw((await toBody(coloured().jpeg())).subarray(0, -200)),
    422,
    /expected a whole JPEG/,
  ],
  [
    'a JPEG of noise after its first bytes',
    async () => raw(Buffer.concat([Buffer.from([255, 216, 255]), Buffer.alloc(5000, 7)])),
    422,
    /expected a whole JPEG/,
  ],
  [
    '20,000 x 20,000 pixels',
    async () => raw(bomb(20_000)),
    413,
    /at most 16777216 pixels, got 20000/,
  ],
  ['an animated GIF', async () => raw(await toBody((await animate()).gif())), 422, /still picture/],
  [
    'an SVG that names a file',
    async () => raw(svg, { 'Content-Type': 'image/svg+xml' }),
    415,
    /got SVG/,
  ],
  ['a wrong field', async () => postForm(form(['file', svg])), 400, /file: unknown field/],
  ['text', async () => raw(svg, { 'Content-Type': 'text/html' }), 400, /got text\/html/],
  ['no body', async () => ({ method: 'POST' }), 400, /Content-Type: .* got nothing/],
  ['21 MiB', async () => raw(Buffer.alloc(21 * 2 ** 20)), 413, /at most 20971520 bytes/],
];

/** Pixels of the answer: those of the negative of what was sent. */
const translated: readonly [string, () => Sharp, number, Buffer][] = [
  ['a picture', () => coloured().png(), width, opposite(colourBytes)],
  ['16 bits', () => coloured().toColourspace('rgb16').png(), width, opposite(colourBytes)],
  [
    '1 x 1 pixel',
    () => coloured().extract({ left: 3, top: 2, width: 1, height: 1 }).png(),
    1,
    opposite(colourAt(3, 2)),
  ],
  [
    'grey and alpha, on white',
    () => greyAlpha().extract({ left: 0, top: 0, width: 2, height: 1 }).png(),
    2,
    Buffer.alloc(6),
  ],
  [
    'a picture that EXIF turns by a quarter',
    () => coloured().png().withMetadata({ orientation: 6 }),
    height,
    opposite(
      Array.from({ length: width * height }, (_, i) =>
        colourAt(Math.floor(i / height), height - 1 - (i % height)),
      ).flat(),
    ),
  ],
];

describe('a process that translates', () => {
  it.runIf(process.platform === 'linux')(
    'gives bad pictures their status and a sentence, stays up and small, and translates the good',
    async () => {
      await post(raw(await toBody(coloured().png())));
      const pids = [server.pid as number, ...started.pids];
      const before = pids.map(peakOf);
      for (const [what, init, status, why] of refused) {
        const response = await post(await init());
        const { detail } = await readProblem(response);
        expect([what, response.status, detail]).toEqual([what, status, expect.stringMatching(why)]);
      }
      for (const [i, pid] of pids.entries()) {
        // Peaks, so also what was given back; the same process, so no child has ended.
        expect(peakOf(pid) - (before[i] as number)).toBeLessThan(300);
      }
    },
  );

  it.each(translated)('translates %s', async (_, make, wide, expected) => {
    const response = await post(raw(await toBody(make())));
    expect(response.status).toBe(200);
    const { data, info } = await sharp(await readBytes(response))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(info.width).toBe(wide);
    expect(data).toEqual(expected);
  });

  it('translates a JPEG in CMYK', async () => {
    const response = await post(raw(await toBody(halved().toColourspace('cmyk').jpeg())));
    const data = await sharp(await readBytes(response))
      .raw()
      .toBuffer();
    const [red = 255, green = 0, blue = 0] = data.subarray(6, 9);
    expect(red).toBeLessThan(80);
    expect(Math.min(green, blue)).toBeGreaterThan(150);
  });

  it.each([
    ['of a wrong name', 'x', 1],
    ['beyond the count', 'image', 65],
  ])('stays up where a form breaks off in a part %s', async (_, name, count) => {
    const part = `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\nabc`;
    const body = Buffer.from(Array(count).fill(part).join('\r\n'));
    const headers = { 'Content-Type': 'multipart/form-data; boundary=b' };
    const response = await post(raw(body, headers)).catch(({ cause }) => cause);
    expect(response.status).toBe(400);
    expect((await readProblem(response)).detail).toMatch(/body: expected a form/);
    expect((await post(raw(await toBody(coloured().png())))).status).toBe(200);
  });

  it('sends each of several as it is done', async () => {
    const picture = await toBody(coloured().png());
    const large = await toBody(sharp(picture).resize(900, 900));
    const init = postForm(form(large, picture, large, picture), { Accept: 'application/x-ndjson' });
    const response = await post(init, '?model=slow');
    const arrivals: number[] = [];
    const lines: { index: number }[] = [];
    let text = '';
    for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
      text += Buffer.from(piece).toString();
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
        lines.push(JSON.parse(text.slice(0, end)));
        arrivals.push(performance.now());
        text = text.slice(end + 1);
      }
    }
    expect(lines.map(({ index }) => index).sort()).toEqual([0, 1, 2, 3]);
    // The first was sent while others were still being translated.
    expect((arrivals.at(-1) as number) - (arrivals[0] as number)).toBeGreaterThan(20);
  });

  it('leaves a large picture whose client has gone away, and goes on with the next', async () => {
    const picture = await toBody(coloured().png());
    const large = await toBody(sharp(picture).resize(1200, 1200));
    const start = performance.now();
    expect((await post(raw(large), '?model=slow')).status).toBe(200);
    const wholeMs = performance.now() - start;
    const init = postForm(form(picture, large), { Accept: 'application/x-ndjson' });
    const leave = new AbortController();
    const response = await post({ ...init, signal: leave.signal }, '?model=slow');
    // The only child takes pictures in their order: the line of the first says that the second has begun.
    const first = await response.body?.getReader().read();
    expect(JSON.parse(Buffer.from(first?.value ?? []).toString())).toMatchObject({
      index: 0,
      width,
    });
    leave.abort();
    const next = performance.now();
    expect((await post(raw(picture))).status).toBe(200);
    expect(performance.now() - next).toBeLessThan(wholeMs / 2);
  });

  it('has had one child all along', () => {
    expect(() => process.kill(started.pids[0], 0)).not.toThrow();
  });
});
