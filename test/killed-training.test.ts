import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { train } from '@ganvas/train';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../packages/cli/dist/main.js', import.meta.url));
const steps = 14;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ganvas-killed-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Train in a process, and send it a signal once it has done so many steps. */
async function trainUntil(out: string, step: number, signal: NodeJS.Signals, resume: boolean) {
  const args = ['train', 'wgan-gp', '--data', 'mnist', '--conditional', '--out', out];
  const flags = ['--batch-size', '8', '--steps', String(steps), '--device', 'cpu', '--json'];
  const command = [main, ...args, ...flags, ...(resume ? ['--resume'] : [])];
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line) as { type?: string; step?: number };
    if (event.type === 'step' && event.step === step) child.kill(signal);
  }
  await ended;
}

describe('a training process that is killed', () => {
  it('goes on from its last checkpoint and ends with the same bits', async () => {
    const options = { recipe: 'wgan-gp', data: 'mnist', conditional: true } as const;
    const whole = join(folder, 'whole');
    await train({ ...options, out: whole, steps, batchSize: 8, device: 'cpu' });

    const killed = join(folder, 'killed');
    const checkpoints = () => readdir(join(killed, 'checkpoints'));
    await trainUntil(killed, 5, 'SIGKILL', false);
    expect(await checkpoints()).toEqual(['000000.safetensors']);
    await trainUntil(killed, 7, 'SIGINT', true);
    const stopped = await checkpoints();
    expect(stopped.length).toBe(2);
    await trainUntil(killed, 12, 'SIGKILL', true);
    expect(await checkpoints()).toEqual(stopped);
    await train({ ...options, out: killed, steps, batchSize: 8, device: 'cpu', resume: true });

    const weights = async (run: string): Promise<Buffer> => {
      const file = await readFile(join(run, 'checkpoints', '000014.safetensors'));
      return file.subarray(8 + Number(file.readBigUInt64LE()));
    };
    expect((await weights(killed)).equals(await weights(whole))).toBe(true);
    const log = (await readFile(join(killed, 'log.jsonl'), 'utf8')).trimEnd().split('\n');
    expect(log.map((line) => JSON.parse(line).step)).toEqual([10, 14]);
  });
});
