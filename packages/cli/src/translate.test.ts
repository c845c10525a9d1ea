import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodePicture, encodePng } from '@ganvas/serve';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

let folder: string;

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const translate = (...args: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const all = [main, 'translate', 'models/negative', ...args];
    const child = execFile(process.execPath, all, { cwd: folder }, (_, stdout, stderr) =>
      resolve({ status: child.exitCode, stdout, stderr }),
    );
  });

const bytesOf = (value: number): number[] =>
  value < 128 ? [value] : [(value & 127) | 128, ...bytesOf(value >> 7)];
/** A field of a protobuf message: a number, a text or a message. */
const field = (tag: number, value: number | string | Uint8Array): Buffer => {
  if (typeof value === 'number') return Buffer.from([...bytesOf(tag << 3), ...bytesOf(value)]);
  const bytes = Buffer.from(value as string);
  return Buffer.concat([
    Buffer.from([...bytesOf((tag << 3) | 2), ...bytesOf(bytes.length)]),
    bytes,
  ]);
};
const message = (...fields: readonly Buffer[]): Buffer => Buffer.concat(fields);

const shape = ['N', 3, 'H', 'W'] as const;
/** A float32 tensor by name, as onnx.proto has it. */
const tensor = (name: string) => {
  const dims = shape.map((dim) =>
    field(1, typeof dim === 'number' ? field(1, dim) : field(2, dim)),
  );
  const type = field(1, message(field(1, 1), field(2, message(...dims))));
  return message(field(1, name), field(2, type));
};

/** A model whose picture is the negative: one Neg node, in the bytes of ONNX. */
const negative = message(
  field(1, 8),
  field(
    7,
    message(
      field(1, message(field(1, 'source'), field(2, 'image'), field(4, 'Neg'))),
      field(2, 'negative'),
      field(11, tensor('source')),
      field(12, tensor('image')),
    ),
  ),
  field(8, message(field(1, ''), field(2, 17))),
);

const manifest = {
  schemaVersion: 1,
  name: 'negative',
  version: 1,
  task: 'translate',
  inputs: [{ name: 'source', dtype: 'float32', shape }],
  outputs: [{ name: 'image', dtype: 'float32', shape }],
  source: { channels: 3, encoding: 'picture' },
  image: { width: 16, height: 16, channels: 3, range: [-1, 1], sizeMultiple: 4 },
  opset: 17,
  license: 'MIT',
  variants: [
    {
      precision: 'fp32',
      file: '1/model.onnx',
      bytes: negative.length,
      sha256: createHash('sha256').update(negative).digest('hex'),
    },
  ],
};

const path = (...names: readonly string[]) => join(folder, ...names);

/** A picture of one shade, odd in size. */
async function writeShade(file: string, shade: number, [width, height] = [7, 5]): Promise<void> {
  const data = new Uint8Array(width * height * 3).fill(shade);
  await mkdir(join(path(file), '..'), { recursive: true });
  await writeFile(path(file), await encodePng({ data, count: 1, width, height, channels: 3 }));
}

const shadeOf = async (file: string): Promise<number | undefined> =>
  (await decodePicture(await readFile(path(file)), { maxPixels: 1e6 })).data[0];

const eventsOf = ({ stdout }: Ended) =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganvas-translate-'));
  await mkdir(path('models/negative/1'), { recursive: true });
  await writeFile(path('models/negative/1/model.onnx'), negative);
  await writeFile(path('models/negative/ganvas.json'), JSON.stringify(manifest));
  await writeShade('a.png', 10);
  await writeShade('in/b.png', 20);
  await writeShade('in/deep/c.png', 30);
  await writeFile(path('in/notes.txt'), 'no picture');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('ganvas translate', () => {
  it('translates files and the pictures of folders, each once, to <name>.png', async () => {
    const { status, stdout, stderr } = await translate('a.png', 'in', 'in/b.png', '--out', 'out');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toBe('2 picture(s) by negative on cpu: out\n');
    expect((await readdir(path('out'))).sort()).toEqual(['a.png', 'b.png']);
    expect(await Promise.all(['out/a.png', 'out/b.png'].map(shadeOf))).toEqual([245, 235]);
  });

  it('takes folders of folders with --recursive, and keeps their order', async () => {
    await translate('in', '--out', 'out', '--recursive');
    expect(await Promise.all(['out/b.png', 'out/deep/c.png'].map(shadeOf))).toEqual([235, 225]);
  });

  it('prints a line of JSON for each picture, and goes on past a bad one', async () => {
    await writeFile(path('bad.jpg'), 'no picture');
    const ended = await translate('bad.jpg', 'a.png', '--out', 'out', '--json');
    expect(eventsOf(ended)).toEqual([
      {
        type: 'failed',
        input: 'bad.jpg',
        error: expect.stringMatching(/^bad\.jpg: expected a picture as JPEG, .* got something/),
      },
      {
        type: 'picture',
        input: 'a.png',
        output: join('out', 'a.png'),
        width: 7,
        height: 5,
        ms: expect.any(Number),
      },
      { type: 'end', model: 'negative', device: 'cpu', done: 1, failed: 1, total: 2 },
    ]);
    expect(ended.stderr).toBe('ganvas: 1 of 2 pictures could not be translated\n');
    expect(ended.status).toBe(1);
  });

  it('names a bad picture on stderr without --json', async () => {
    await writeFile(path('cut.png'), (await readFile(path('a.png'))).subarray(0, 40));
    const { status, stderr } = await translate('cut.png', 'a.png', '--out', 'out');
    expect(stderr).toMatch(/^cut\.png: expected a whole PNG, .*\nganvas: 1 of 2 pictures .*\n$/);
    expect(status).toBe(1);
    expect(await shadeOf('out/a.png')).toBe(245);
  });

  it('ends at the first fault that is not of a picture', async () => {
    // What it leads to is not there: free until it is written to.
    await mkdir(path('out'));
    await symlink(path('nowhere'), path('out/b.png'));
    const { status, stdout, stderr } = await translate('in/b.png', 'a.png', '--out', 'out');
    expect(stderr).toMatch(/^ganvas: EEXIST: .*b\.png'\n$/);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(await readdir(path('out'))).toEqual(['b.png']);
  });

  it.each([
    [['none.png'], /^ganvas: none\.png: no such file or folder\n$/],
    [['models'], /^ganvas: models: expected pictures \(\.avif, .*--recursive/],
    [
      ['a.png', 'other/a.png'],
      /a\.png: expected a name of its own, got out.a\.png as a\.png; rename/,
    ],
    [['in/b.png'], /^ganvas: out.b\.png: expected no such file, found one; .*--force\n$/],
  ])('makes nothing of %j', async (inputs, why) => {
    await writeShade('other/a.png', 1);
    await writeShade('out/b.png', 99);
    const { status, stderr } = await translate(...inputs, '--out', 'out');
    expect(stderr).toMatch(why);
    expect(status).toBe(1);
    expect(await readdir(path('out'))).toEqual(['b.png']);
    expect(await shadeOf('out/b.png')).toBe(99);
  });

  it('overwrites other files with --force', async () => {
    await writeShade('out/b.png', 99);
    expect((await translate('in', '--out', 'out', '--force')).status).toBe(0);
    expect(await shadeOf('out/b.png')).toBe(235);
  });

  it('never overwrites its input, also through a link', async () => {
    await symlink(path('in'), path('link'));
    for (const out of ['in', 'link']) {
      const { status, stderr } = await translate('in', '--out', out, '--force');
      expect(stderr).toMatch(/b\.png: expected no input, got one; choose another --out\n$/);
      expect(status).toBe(1);
    }
    expect(await shadeOf('in/b.png')).toBe(20);
  });

  it('tells of a bad picture at once, and keeps what was made when it is stopped', async () => {
    const count = 200;
    await writeFile(path('bad.jpg'), 'no picture');
    for (let i = 0; i < count; i++) await writeShade(`many/${i}.png`, i, [600, 600]);
    const args = [main, 'translate', 'models/negative', 'bad.jpg', 'many', '--out', 'out'];
    const child: ChildProcess = spawn(process.execPath, args, { cwd: folder });
    let said = '';
    child.stderr?.on('data', (text: Buffer) => {
      said += text.toString();
    });
    const made = async () => (await readdir(path('out')).catch(() => [])).length;
    await expect.poll(made, { timeout: 20_000 }).toBeGreaterThan(1);
    await expect.poll(() => said).toMatch(/^bad\.jpg: expected a picture/);
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([1, null]);
    const done = await made();
    expect(done).toBeLessThan(count);
    expect(said).toContain(
      `ganvas: stopped after ${done} of ${count + 1} pictures; out has them\n`,
    );
    for (const name of await readdir(path('out'))) {
      expect(await shadeOf(`out/${name}`)).toBe(255 - Number.parseInt(name, 10));
    }
  });

  it('refuses a model that samples, and says where it belongs', async () => {
    const { sizeMultiple: _, ...image } = manifest.image;
    const sampler = {
      ...manifest,
      image,
      task: 'sample',
      inputs: [{ name: 'z', dtype: 'float32', shape: ['N', 3] }],
      latentSize: 3,
      source: undefined,
    };
    await writeFile(path('models/negative/ganvas.json'), JSON.stringify(sampler));
    const { status, stderr } = await translate('a.png', '--out', 'out');
    expect(stderr).toMatch(/expected a model to translate, got one to sample\n$/);
    expect(status).toBe(1);
  });
});
