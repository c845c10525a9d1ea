import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { encodePng } from '@ganvas/serve';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

// What ships, run as it is run: the built file in a process of its own.
const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

let folder: string;

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const ganvas = (args: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [main, ...args],
      { cwd: folder },
      (_, stdout, stderr) => {
        resolve({ status: child.exitCode, stdout, stderr });
      },
    );
  });

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.once('close', resolve));

const side = 32;

/** Plain pictures of these levels, in a folder of pairs. */
async function writePairs(split: string, levels: readonly (readonly [number, number])[]) {
  for (const [i, pair] of levels.entries()) {
    for (const [j, level] of pair.entries()) {
      const where = join(folder, 'pairs', split, j === 0 ? 'A' : 'B');
      await mkdir(where, { recursive: true });
      const data = new Uint8Array(side * side * 3).fill(level);
      const pixels = { count: 1, width: side, height: side, channels: 3, data };
      await writeFile(join(where, `${i}.png`), await encodePng(pixels));
    }
  }
}

const common = ['--data', 'pairs:pairs'];
const evaluate = ['evaluate', 'run', ...common];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganvas-cli-evaluate-'));
  await writePairs('train', [
    [0, 100],
    [255, 140],
  ]);
  await writePairs('test', [
    [100, 120],
    [200, 120],
    [120, 120],
  ]);
  const small = ['--size', String(side), '--base-channels', '4', '--discriminator-channels', '4'];
  const training = ['--steps', '1', '--batch-size', '1', '--patch', '16', ...small];
  const trained = await ganvas(['train', 'pix2pix', ...common, ...training, '--out', 'run']);
  expect(trained.status, trained.stderr).toBe(0);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('ganvas evaluate', () => {
  it('prints a table of the model and the baselines, and what was measured', async () => {
    const { status, stdout, stderr } = await ganvas([...evaluate, '--metrics', 'l1,psnr']);
    expect(status, stderr).toBe(0);
    const [head, model, copy, mean, facts] = stdout.split('\n');
    expect(head).toMatch(/^ +l1 ↓ +psnr, dB ↑$/);
    expect(model).toMatch(/^model +0\.\d{4} ± 0\.\d{4} +\d+\.\d\d ± \d+\.\d\d$/);
    // Copies are 20, 80 and 0 of 255 off: 33.33 +- 33.99. Both test and training targets are 120 in the mean.
    expect(copy).toMatch(/^copy of the input +0\.1307 ± 0\.1333 +/);
    expect(mean).toMatch(/^mean color of the class or all +0\.0000 ± 0\.0000 +100\.00 ± 0\.00$/);
    expect(facts).toMatch(
      /^model, version 1, sha256 [0-9a-f]{16}, on 3 picture\(s\) of pairs:pairs \(test split, 32 x 32\) in /,
    );
  });

  it('prints all of it as JSON, and writes the sheet', async () => {
    const args = [...evaluate, '--metrics', 'l1', '--count', '2', '--sheet', 's.png', '--json'];
    const { status, stdout } = await ganvas(args);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      model: { name: 'model', version: 1 },
      data: 'pairs:pairs',
      split: 'test',
      count: 2,
      metrics: ['l1'],
      rows: { model: { l1: {} }, classMeanColor: { l1: { value: 0, deviation: 0 } } },
      leftOut: [],
      stopped: 'done',
      sheet: 's.png',
    });
    const png = await readFile(join(folder, 's.png'));
    // The header of a PNG has its width and height: three pictures of 32 and two gaps, two rows and one.
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([3 * 32 + 4, 2 * 32 + 2]);
  });

  it('says beside the table what it could not measure', async () => {
    const { status, stderr } = await ganvas(evaluate);
    expect(status).toBe(0);
    // The first line of progress: a run is exported before anything is measured.
    expect(stderr).toMatch(
      /^evaluating \d+ % {2}exporting the run, comparisons with tfjs, 1 of [2-9]\n/,
    );
    expect(stderr).toContain('not measured: kidNsfwMixed5: expected at least 4 pictures, got 3');
    expect(stderr).toContain('not measured: cycleL1: there is no model of the other direction');
  });

  it.each([
    [['--metrics', 'fid'], 2, /Expected some of l1, psnr, ssim, kidNsfwMixed5, cycleL1/],
    [['--count', '0'], 2, /'--count <n>'.*at least 1/],
    [['--metrics', 'cycleL1'], 1, /^ganvas: evaluate: cannot be measured: cycleL1: there is no/m],
  ])('refuses %j', async (flags, expected, why) => {
    const { status, stdout, stderr } = await ganvas([...evaluate, ...flags]);
    expect(stderr).toMatch(why);
    expect({ status, stdout }).toEqual({ status: expected, stdout: '' });
  });

  it('says in one sentence that there is no model', async () => {
    const { status, stderr } = await ganvas(['evaluate', 'nothing', ...common]);
    expect(stderr).toMatch(/nothing\/ganvas\.json: cannot be read/);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(status).toBe(1);
  });

  it('lists the sources of every recipe that translates, each once, and what baselines are', async () => {
    const { stdout } = await ganvas(['evaluate', '--help']);
    const help = stdout.replaceAll(/\s+/g, ' ');
    const sources = /learned from: (.*?) --metrics/.exec(help)?.[1]?.split(', ') ?? [];
    const expected = ['openmoji', 'openmoji-labels', 'pairs:<path>', 'unpaired:<path>'];
    expect(sources.sort()).toEqual(['folder:<path>', ...expected]);
    expect(help).toContain('of all where there are no classes, as in pairs: and unpaired:');
  });

  // With what it has measured by then, `evaluate` of @ganvas/train is stopped in its own test.
  it('stops while it exports a run, and says that nothing was measured', async () => {
    const args = [main, ...evaluate, '--metrics', 'ssim', '--json'];
    const child = spawn(process.execPath, args, { cwd: folder });
    const closed = ended(child);
    const said: string[] = [];
    const heard = (async () => {
      for await (const line of createInterface({ input: child.stderr })) {
        said.push(line);
        if (/exporting the run/.test(line)) child.kill('SIGINT');
      }
    })();
    let stdout = '';
    for await (const chunk of child.stdout) stdout += chunk;
    await heard;
    expect(await closed).toBe(1);
    expect(stdout).toBe('');
    expect(said.at(-1)).toBe('ganvas: stopped before the first picture; nothing was measured');
  });
});
