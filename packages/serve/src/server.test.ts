import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { rm, truncate } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ChildEvent } from './child-slot.js';
import { type RunningServer, type ServerOptions, startServer } from './server.js';
import { type ProblemBody, readBytes } from './testing/app-context.js';
import { isAlive } from './testing/is-alive.js';
import { digits, writeRepository } from './testing/write-model.js';

let repository: string;
let server: RunningServer | undefined;
beforeAll(async () => {
  repository = await writeRepository({ ...digits, width: 64 });
});
afterEach(async () => {
  await server?.stop();
  server = undefined;
});
afterAll(() => rm(repository, { recursive: true }));

async function open(options: Partial<ServerOptions> = {}): Promise<RunningServer> {
  server = await startServer({ repository, port: 0, device: 'cpu', children: 1, ...options });
  return server;
}

const fetchBytes = async (url: string) => readBytes(await fetch(url));

describe('startServer', () => {
  it.each(['Content-Length: 1000', 'Transfer-Encoding: chunked'])(
    'does not take a client that goes away during its upload for a fault (%s)',
    async (header) => {
      const faults: Error[] = [];
      const { port, url } = await open({ onError: (error) => faults.push(error) });
      const socket = connect(port, '127.0.0.1');
      const type = 'Content-Type: application/json';
      socket.write(`POST /generate HTTP/1.1\r\nHost: x\r\n${type}\r\n${header}\r\n\r\n2\r\n{"\r\n`);
      await fetch(`${url}/livez`);
      socket.destroy();
      await sleep(100);
      expect(faults).toEqual([]);
    },
  );

  it('gives the same bytes for a request alone and among 64 others, whatever their size', async () => {
    const { url } = await open({ children: 2 });
    const path = `${url}/generate?label=7&seed=1`;
    const alone = await fetchBytes(path);
    const others = Array.from({ length: 64 }, (_, i) =>
      fetchBytes(`${url}/generate?seed=${i}&count=${1 + (i % 9)}&format=${i % 2 ? 'json' : 'png'}`),
    );
    const among = await Promise.all(Array.from({ length: 8 }, () => fetchBytes(path)));
    for (const bytes of among) expect(bytes).toEqual(alone);
    for (const bytes of await Promise.all(others)) expect(bytes.length).toBeGreaterThan(100);
    // The image is in each of these batches too, at another place and in other company.
    for (const [first, count] of [
      [0, 2],
      [0, 64],
      [1, 7],
    ] as const) {
      const answer = await fetch(
        `${url}/generate?label=7&seed=${first}&count=${count}&format=json`,
      );
      const { images } = (await answer.json()) as { images: { seed: number; url: string }[] };
      const same = images.find(({ seed }) => seed === 1)?.url ?? '';
      expect(Buffer.from(same.split(',')[1] ?? '', 'base64')).toEqual(alone);
    }
  });

  it('answers a request whose child is killed in the middle of it, and stays ready', async () => {
    const events: ChildEvent[] = [];
    const running = await open({ onEvent: (event) => events.push(event) });
    const path = `${running.url}/generate?label=7&seed=1&count=64`;
    const before = await fetchBytes(path);
    const { pids } = running;
    expect(pids).toEqual([expect.any(Number)]);
    const [pid] = pids as [number];
    const answers = [fetch(path), fetch(path)];
    // One child, one job at a time: when one is answered, the other is being drawn.
    await Promise.race(answers);
    process.kill(pid, 'SIGKILL');
    expect((await fetch(`${running.url}/readyz`)).status).toBe(200);
    for (const response of await Promise.all(answers)) {
      expect(response.status).toBe(200);
      expect(await readBytes(response)).toEqual(before);
    }
    expect(events.map(({ type }) => type)).toEqual(['loaded', 'exited', 'loaded']);
    expect(running.pids).toEqual([expect.any(Number)]);
    expect(running.pids).not.toEqual(pids);
    expect((await fetch(`${running.url}/readyz`)).status).toBe(200);
  });

  it('answers 503 with Retry-After when its queue is full', async () => {
    const { url } = await open({ maxQueueSize: 1 });
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, i) => fetch(`${url}/generate?seed=${i}&count=64`)),
    );
    const refused = answers.filter(({ status }) => status === 503);
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(2);
    expect(refused.length).toBeGreaterThanOrEqual(3);
    const [first] = refused as [Response];
    expect(first.headers.get('retry-after')).toBe('1');
    expect(((await first.json()) as ProblemBody).code).toBe('queue-full');
  });

  it('does not draw for a client that went away while it waited', async () => {
    const { url } = await open({ maxQueueSize: 1 });
    // What the server was sent before these it has seen once they are answered.
    const catchUp = async () => {
      for (let i = 0; i < 3; i++) await fetch(`${url}/livez`);
    };
    const busy = fetch(`${url}/generate?seed=0&count=64`);
    await catchUp();
    const gone = get(`${url}/generate?seed=1&count=64`);
    gone.on('error', () => undefined);
    await catchUp();
    gone.destroy();
    await catchUp();
    // Its place in the queue, the only one, is free again while the child is still busy.
    expect((await fetch(`${url}/generate?seed=2`)).status).toBe(200);
    expect((await busy).status).toBe(200);
  });

  it('answers what it has accepted when it stops, and then nothing', async () => {
    const running = await open();
    const { url, pids } = running;
    const accepted = [0, 1, 2].map((seed) => fetch(`${url}/generate?seed=${seed}&count=64`));
    await Promise.race(accepted);
    const stopped = running.stop();
    expect((await Promise.all(accepted)).map(({ status }) => status)).toEqual([200, 200, 200]);
    await stopped;
    await running.stop();
    expect(pids.map(isAlive)).toEqual([false]);
    await expect(fetch(`${url}/livez`)).rejects.toThrow();
  });

  it('does not wait for connections that are kept open once they are answered', async () => {
    const running = await open();
    const agent = new Agent({ keepAlive: true });
    const answered = once(get(`${running.url}/generate?count=64`, { agent }), 'response');
    for (let i = 0; i < 3; i++) await fetch(`${running.url}/livez`);
    const stopped = running.stop();
    const [response] = await answered;
    const start = performance.now();
    response.resume();
    await stopped;
    // Node itself would keep it for 5 seconds.
    expect(performance.now() - start).toBeLessThan(3000);
    agent.destroy();
  });

  it('refuses a port that is taken', async () => {
    const { port } = await open();
    await expect(startServer({ repository, port })).rejects.toThrow(/in use; choose another port/);
  });

  it('refuses a model whose file is not the manifest’s, and names the file', async () => {
    const other = await writeRepository(digits);
    const file = join(other, 'digits', '1', 'model.onnx');
    await truncate(file, 100);
    await expect(startServer({ repository: other, port: 0 })).rejects.toThrow(file);
    await rm(other, { recursive: true });
  });
});

interface Started {
  readonly url: string;
  readonly pids: readonly number[];
}

/** A server in a process of its own, from what is built, as it ships. */
async function startProcess(): Promise<[ChildProcess, Started]> {
  const entry = fileURLToPath(new URL('./testing/server-process.mjs', import.meta.url));
  const child = fork(entry, [repository], { execArgv: [] });
  const [started] = await once(child, 'message');
  return [child, started as Started];
}

describe('a process that serves', () => {
  it.runIf(process.platform === 'linux')('never loads onnxruntime or the PNG encoder', async () => {
    const [child, { url, pids }] = await startProcess();
    expect((await fetch(`${url}/generate?seed=1`)).status).toBe(200);
    const libraries = (pid: number) =>
      readFileSync(`/proc/${pid}/maps`, 'utf8').match(/onnxruntime|libvips|sharp/g) ?? [];
    expect(libraries(child.pid as number)).toEqual([]);
    expect(new Set(libraries(pids[0] as number)).size).toBeGreaterThanOrEqual(2);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('finishes on SIGTERM and exits with 0, though its children get the signal too', async () => {
    const [child, { url, pids }] = await startProcess();
    const accepted = [0, 1, 2].map((seed) => fetch(`${url}/generate?seed=${seed}&count=64`));
    await Promise.race(accepted);
    const last = once(child, 'message');
    for (const pid of [...pids, child.pid as number]) process.kill(pid, 'SIGTERM');
    expect((await Promise.all(accepted)).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await last).toEqual([{ exits: 0 }, undefined]);
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(pids.map(isAlive)).toEqual([false]);
  });

  it('takes its children along when it is killed', async () => {
    const [child, { pids }] = await startProcess();
    expect(pids.map(isAlive)).toEqual([true]);
    child.kill('SIGKILL');
    await once(child, 'exit');
    for (let i = 0; i < 200 && pids.some(isAlive); i++) await sleep(20);
    expect(pids.map(isAlive)).toEqual([false]);
  });
});
