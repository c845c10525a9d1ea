import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// What ships, run as it is run: the built file in a process of its own.
const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

let folder: string;

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const ganvas = (args: readonly string[], env: Record<string, string> = {}): Promise<Ended> =>
  new Promise((resolve) => {
    const options = { cwd: folder, env: { ...process.env, ...env } };
    const child = execFile(process.execPath, [main, ...args], options, (_, stdout, stderr) =>
      resolve({ status: child.exitCode, stdout, stderr }),
    );
  });

const start = (args: readonly string[]): ChildProcess =>
  spawn(process.execPath, [main, ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });

/** Resolve with the first line that `matches`; reject when the stream ends without one. */
async function lineOf(stream: NodeJS.ReadableStream | null, matches: RegExp): Promise<string> {
  if (stream === null) throw new Error('expected a piped stream');
  for await (const line of createInterface({ input: stream })) if (matches.test(line)) return line;
  throw new Error(`expected a line like ${matches}, got none`);
}

const training = ['wgan-gp', '--data', 'mnist', '--conditional', '--batch-size', '8'];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganvas-cli-'));
  const trained = await ganvas(['train', ...training, '--steps', '2', '--out', 'run']);
  expect(trained.stderr + trained.stdout).toMatch(/run: step 2,/);
  const exported = await ganvas(['export', 'run', '--to', 'models/digits', '--json']);
  expect(exported.status, exported.stderr).toBe(0);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('ganvas', () => {
  it.each([
    [['generat'], /unknown command 'generat'\n\(Did you mean generate\?\)/],
    [
      ['generate', 'm', '--out', 'o', '--cont', '3'],
      /unknown option '--cont'\n\(Did you mean --count\?\)/,
    ],
    [['generate', 'm'], /required option '--out <path>' not specified/],
    [['generate', 'm', '--out', 'o', '--count', '2.5'], /'--count <n>'.*Expected an integer/],
    [['generate', 'm', '--out', 'o', '--count', '0x10'], /'--count <n>'.*Expected an integer/],
    [['generate', 'm', '--out', 'o', '--seed', '9007199254740992'], /'--seed <n>'.*Expected/],
    [['serve', 'models', '--port', '65536'], /'--port <n>'.*from 0 to 65535/],
    [
      ['train', 'wgan-gp', '--data', 'mnist', '--out', 'r', '--steps', '1', '--minutes', '1'],
      /cannot be used with/,
    ],
    [
      ['train', 'wgan-gp', '--data', 'mnist', '--out', 'r', '--engine', 'torch'],
      /'--engine <engine>'.*Allowed choices are onnx, tfjs/,
    ],
    [['info'], /missing required argument 'model'/],
  ])('%j is wrong usage: status 2 and why', async (args, why) => {
    const { status, stdout, stderr } = await ganvas(args);
    expect(stderr).toMatch(why);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });

  it('names the environment variable of a flag that is wrong', async () => {
    const { status, stderr } = await ganvas(['serve', 'models'], { GANVAS_PORT: 'http' });
    expect(stderr).toMatch(/'--port <n>'.*GANVAS_PORT/);
    expect(status).toBe(2);
  });

  it('prints help with defaults and status 0', async () => {
    const { status, stdout } = await ganvas(['serve', '--help']);
    expect(stdout).toMatch(/--port <n>[^-]*default: 8080, env:\s+GANVAS_PORT/);
    expect(status).toBe(0);
  });
});

describe('ganvas info', () => {
  it('prints the manifest as JSON', async () => {
    const { stdout } = await ganvas(['info', 'models/digits', '--json']);
    const manifest = JSON.parse(stdout);
    expect(manifest).toMatchObject({ name: 'digits', task: 'sample', image: { width: 28 } });
    expect(manifest.labels).toHaveLength(10);
  });

  it('says in one sentence which file is missing', async () => {
    const { status, stderr } = await ganvas(['info', 'models/nothing']);
    expect(stderr).toMatch(/^ganvas: .*models\/nothing\/ganvas\.json: .*\n$/);
    expect(status).toBe(1);
  });
});

describe('ganvas generate', () => {
  it('writes one PNG file per picture, named by its seed', async () => {
    const args = [
      'models/digits',
      '--count',
      '3',
      '--seed',
      '5',
      '--label',
      '7',
      '--out',
      'sevens',
    ];
    const { stdout } = await ganvas(['generate', ...args, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ seed: 5, count: 3, device: 'cpu' });
    expect((await readdir(join(folder, 'sevens'))).sort()).toEqual(['5.png', '6.png', '7.png']);
  });

  it('draws a seed the same alone and among others', async () => {
    await ganvas(['generate', 'models/digits', '--count', '9', '--out', 'many']);
    await ganvas(['generate', 'models/digits', '--seed', '8', '--out', 'alone.png']);
    const [alone, among] = await Promise.all(
      ['alone.png', 'many/8.png'].map((file) => readFile(join(folder, file))),
    );
    expect(among?.equals(alone as Buffer)).toBe(true);
  });

  it('writes a grid where --out is a .png', async () => {
    await ganvas(['generate', 'models/digits', '--count', '5', '--out', 'grid.png']);
    const header = await readFile(join(folder, 'grid.png'));
    // Width and height of a PNG stand at bytes 16 and 20: 3 columns and 2 rows of 28 x 28.
    expect([header.readUInt32BE(16), header.readUInt32BE(20)]).toEqual([84, 56]);
  });

  it('overwrites only with --force', async () => {
    const file = join(folder, 'mine.png');
    await writeFile(file, 'mine');
    const refused = await ganvas(['generate', 'models/digits', '--out', 'mine.png']);
    expect(refused.stderr).toMatch(/^ganvas: mine\.png: .*--force\n$/);
    expect(refused.status).toBe(1);
    expect(await readFile(file, 'utf8')).toBe('mine');
    await ganvas(['generate', 'models/digits', '--out', 'mine.png', '--force']);
    expect((await readFile(file)).subarray(1, 4).toString()).toBe('PNG');
  });

  it('names the classes where it does not know one', async () => {
    const { status, stderr } = await ganvas([
      'generate',
      'models/digits',
      '--label',
      'x',
      '--out',
      'x',
    ]);
    expect(stderr).toBe('ganvas: --label: expected one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, got "x"\n');
    expect(status).toBe(1);
  });

  it('keeps what was made when it is stopped', async () => {
    const args = ['generate', 'models/digits', '--count', '500000', '--out', 'stopped'];
    const child = start(args);
    const written = async () => (await readdir(join(folder, 'stopped')).catch(() => [])).length;
    await expect.poll(written, { timeout: 20_000 }).toBeGreaterThan(0);
    child.kill('SIGINT');
    const [said, [status]] = await Promise.all([
      lineOf(child.stderr, /^ganvas: stopped after/),
      once(child, 'exit'),
    ]);
    const count = await written();
    expect(said).toBe(`ganvas: stopped after ${count} of 500000 pictures; stopped has them`);
    expect(status).toBe(1);
  });
});

describe('ganvas serve', () => {
  it('answers until it gets SIGTERM, and ends with status 0', async () => {
    const child = start(['serve', 'models', '--port', '0', '--workers', '1', '--json']);
    const { url, models } = JSON.parse(await lineOf(child.stdout, /^\{/));
    expect(models).toEqual(['digits']);
    const answer = await fetch(`${url}/generate?label=7&seed=1`);
    const bytes = Buffer.from(await answer.arrayBuffer());
    await ganvas(['generate', 'models/digits', '--label', '7', '--seed', '1', '--out', 'same.png']);
    expect(bytes.equals(await readFile(join(folder, 'same.png')))).toBe(true);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('says which address is taken', async () => {
    const child = start(['serve', 'models', '--port', '0', '--workers', '1', '--json']);
    const { port } = JSON.parse(await lineOf(child.stdout, /^\{/));
    const second = await ganvas(['serve', 'models', '--port', String(port)]);
    expect(second.stderr).toMatch(
      new RegExp(`^ganvas: 127\\.0\\.0\\.1:${port}: .*another port\n$`, 'm'),
    );
    expect(second.status).toBe(1);
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
});

describe('ganvas train', () => {
  it('writes a checkpoint when it is stopped, and goes on from it', async () => {
    const args = ['train', ...training, '--out', 'long', '--json'];
    const child = start([...args, '--steps', '100000']);
    await lineOf(child.stdout, /"type":"step"/);
    child.kill('SIGINT');
    const said = await lineOf(child.stderr, /^ganvas: /);
    expect(said).toMatch(/stopped at step \d+; .*\.safetensors has it: .*--resume/);
    const step = Number(/step (\d+)/.exec(said)?.[1]);
    const resumed = await ganvas([...args, '--steps', String(step + 1), '--resume']);
    const [first] = resumed.stderr.split('\n');
    expect(first).toMatch(/^training with onnx \(onnxruntime-node\) on c\w+ from step \d+/);
    expect(first).toContain(`from step ${step}; `);
    // Why nothing else runs it.
    expect(first).toContain('; not on webgpu: used only when it is asked for by name');
    expect(JSON.parse(resumed.stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({
      type: 'end',
      step: step + 1,
    });
  });

  it('prints a plan and writes nothing with --dry-run', async () => {
    const { status, stdout } = await ganvas(['train', ...training, '--out', 'dry', '--dry-run']);
    expect(stdout).toMatch(/generator\s+\d+ parameters/);
    expect(status).toBe(0);
    expect(await readdir(folder)).not.toContain('dry');
  });

  it('plans no graphs for the engine tfjs, which makes none', async () => {
    const args = ['train', ...training, '--out', 'dry', '--dry-run', '--engine', 'tfjs'];
    const { status, stdout } = await ganvas(args);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^engine +tfjs$/m);
    expect(stdout).not.toMatch(/graph|expected memory/);
  });

  it('names a checkpoint that is cut off', async () => {
    await ganvas(['train', ...training, '--steps', '1', '--out', 'cut']);
    const checkpoints = join(folder, 'cut/checkpoints');
    const name = (await readdir(checkpoints)).sort().at(-1) ?? '';
    await truncate(join(checkpoints, name), 1000);
    const { status, stderr } = await ganvas(['export', 'cut', '--to', 'models/cut']);
    expect(stderr).toMatch(new RegExp(`^ganvas: .*${name}: .*\n$`));
    expect(status).toBe(1);
    expect(await readdir(join(folder, 'models'))).toEqual(['digits']);
  });
});

describe('ganvas doctor', () => {
  it('tells each device usable or why not', async () => {
    const { status, stdout } = await ganvas(['doctor', '--json']);
    const { findings } = JSON.parse(stdout);
    const verdicts = findings.map(({ name, usable }: Record<string, unknown>) => ({
      name,
      usable,
    }));
    for (const name of ['device cpu', 'tfjs on @tensorflow/tfjs-backend-cpu']) {
      expect(verdicts).toContainEqual({ name, usable: true });
    }
    const fixOf = (wanted: string) =>
      findings.find(({ name }: Record<string, unknown>) => name === wanted)?.fix;
    expect(fixOf('tfjs on @tensorflow/tfjs-node')).toBe('npm install @tensorflow/tfjs-node');
    for (const { usable, detail } of findings) expect(usable || detail !== '').toBe(true);
    expect(status).toBe(0);
  });
});
