import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ChildEvent } from './child-slot.js';
import { type Model, readRepository } from './model.js';
import { createPool, type Pool, type PoolOptions } from './pool.js';
import type { Rendered, RenderJob } from './renderer.js';
import { isAlive } from './testing/is-alive.js';
import { digits, writeRepository } from './testing/write-model.js';

let repository: string;
let models: readonly Model[];
let pool: Pool | undefined;
let events: ChildEvent[];
beforeEach(async () => {
  // Wide enough that a job of 64 images takes tens of milliseconds: time to kill its child.
  repository = await writeRepository({ ...digits, width: 64 });
  models = await readRepository(repository);
  events = [];
});
afterEach(async () => {
  await pool?.stop(0);
  pool = undefined;
  await rm(repository, { recursive: true, force: true });
});

async function open(options: Partial<PoolOptions> = {}): Promise<Pool> {
  const defaults = { models, device: 'cpu', children: 1, threads: 1, maxQueueSize: 100 } as const;
  pool = createPool({ ...defaults, onEvent: (event) => events.push(event), ...options });
  await pool.start();
  return pool;
}

const seeds = Array.from({ length: 64 }, (_, i) => i);
const large: RenderJob = { task: 'sample', model: 'digits', places: seeds };
const huge: RenderJob = {
  task: 'sample',
  model: 'digits',
  places: Array.from({ length: 1280 }, (_, i) => i),
};
const small = (seed: number): RenderJob => ({ task: 'sample', model: 'digits', places: [seed] });
const kill = ({ pids }: Pool) => process.kill(pids[0] as number, 'SIGKILL');
const toText = ({ pictures }: Rendered) =>
  pictures.map((png) => Buffer.from(png).toString('base64'));
const exits = () => events.filter(({ type }) => type === 'exited');

async function until(holds: () => boolean, timeoutMs = 10_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!holds()) {
    if (performance.now() > end) throw new Error('expected it to hold in time');
    await sleep(5);
  }
}

describe('createPool', () => {
  it('is loading before its first child has loaded, and then ready', async () => {
    const early = createPool({ models, device: 'cpu', children: 1, threads: 1, maxQueueSize: 1 });
    pool = early;
    expect(early.state).toBe('loading');
    expect(early.deviceOf('digits')).toBeUndefined();
    await expect(early.render(small(1))).rejects.toMatchObject({ code: 'loading' });
    await early.start();
    expect(early.state).toBe('ready');
    expect(early.deviceOf('digits')).toBe('cpu');
  });

  it('runs as many children as asked, each of which gives the same bytes', async () => {
    const many = await open({ children: 3 });
    await until(() => events.length === 3);
    expect(new Set(many.pids).size).toBe(3);
    const drawn = await Promise.all(Array.from({ length: 12 }, () => many.render(small(5))));
    expect(new Set(drawn.flatMap(toText)).size).toBe(1);
  });

  it('gives a job whose child is killed to another, which answers with the same bytes', async () => {
    const one = await open();
    const before = toText(await one.render(large));
    const [pid] = one.pids;
    const answer = one.render(large);
    await sleep(5);
    kill(one);
    const states = new Set<string>();
    const watch = setInterval(() => states.add(one.state), 1);
    expect(toText(await answer)).toEqual(before);
    clearInterval(watch);
    expect(exits()).toEqual([
      { type: 'exited', pid, reason: 'child process ended by SIGKILL', restartMs: 50 },
    ]);
    expect(one.pids[0]).not.toBe(pid);
    expect([...states]).toEqual(['ready']);
  });

  it('gives up a job that has ended two children, and goes on with the next', async () => {
    const one = await open();
    const poison = one.render(huge);
    const next = one.render(small(1));
    // Attached at once: the rejection comes while this test waits for other things.
    const outcome = expect(poison).rejects.toMatchObject({
      code: 'failed',
      message: 'the job ended 2 child processes',
    });
    const loads = () => events.filter(({ type }) => type === 'loaded').length;
    for (const nth of [1, 2]) {
      await until(() => loads() === nth);
      // Long enough to begin the job, and far from enough to do it.
      await sleep(200);
      kill(one);
    }
    await outcome;
    expect((await next).pictures).toHaveLength(1);
    expect(exits()).toHaveLength(2);
  });

  it('does not count a child that was dead before it began the job', async () => {
    let left = 4;
    const onEvent = (event: ChildEvent) => {
      events.push(event);
      // The pool hears of its end only after it has handed it a job.
      if (event.type === 'loaded' && left-- > 0) process.kill(event.pid, 'SIGKILL');
    };
    const two = await open({ children: 2, onEvent });
    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map((seed) => two.render(small(seed))));
    expect(answers.map(({ pictures }) => pictures.length)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(exits()).toHaveLength(4);
  });

  it('waits longer before each restart in a row, and says so when it cannot', async () => {
    const one = await open();
    const [model] = models as [Model];
    const bytes = readFileSync(model.file);
    rmSync(model.file);
    kill(one);
    await until(() => exits().length >= 4);
    const waits = exits().map((event) => (event.type === 'exited' ? event.restartMs : 0));
    expect(waits.slice(0, 4)).toEqual([50, 100, 200, 400]);
    expect(one.state).toBe('loading');
    const last = exits().at(-1);
    expect(last?.type === 'exited' && last.reason).toBe(
      `${model.file}: no such file; export or copy the model again`,
    );
    writeFileSync(model.file, bytes);
    await until(() => one.state === 'ready');
    expect((await one.render(small(1))).pictures).toHaveLength(1);
  });

  it('refuses the jobs that wait once no child can load any more', async () => {
    const one = await open();
    const [model] = models as [Model];
    const waiting = [one.render(large), one.render(small(1))];
    const outcomes = Promise.allSettled(waiting);
    rmSync(model.file);
    kill(one);
    expect(await outcomes).toMatchObject([
      { status: 'rejected', reason: { code: 'loading' } },
      { status: 'rejected', reason: { code: 'loading' } },
    ]);
    for (const outcome of await outcomes) {
      if (outcome.status === 'rejected') expect(String(outcome.reason)).not.toContain(repository);
    }
  });

  it('drops a waiting job whose caller goes away, without drawing it', async () => {
    const one = await open();
    const before = performance.now();
    await one.render(huge);
    const hugeMs = performance.now() - before;
    const busy = one.render(large);
    const caller = new AbortController();
    const dropped = one.render(huge, { signal: caller.signal });
    const last = one.render(small(1));
    caller.abort();
    await expect(dropped).rejects.toMatchObject({ code: 'aborted' });
    expect((await busy).pictures).toHaveLength(64);
    // The last has waited for the first alone.
    expect((await last).queueMs).toBeLessThan(hugeMs / 2);
  });

  it('answers what a child can take at once, with no room to wait', async () => {
    const one = await open({ maxQueueSize: 0 });
    expect((await one.render(small(1))).pictures).toHaveLength(1);
    const busy = one.render(large);
    await expect(one.render(small(2))).rejects.toMatchObject({ code: 'queue-full' });
    expect((await busy).pictures).toHaveLength(64);
  });

  it('serves a model by the name of a property that every object has', async () => {
    const other = await writeRepository({ ...digits, name: 'constructor' });
    const named = await readRepository(other);
    const one = await open({ models: named });
    expect(one.deviceOf('constructor')).toBe('cpu');
    expect(
      (await one.render({ task: 'sample', model: 'constructor', places: [1] })).pictures,
    ).toHaveLength(1);
    await rm(other, { recursive: true });
  });

  it('refuses what does not fit in its queue, and answers the rest', async () => {
    const one = await open({ maxQueueSize: 2 });
    const jobs = await Promise.allSettled([1, 2, 3, 4].map((seed) => one.render(small(seed))));
    expect(jobs.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
    ]);
    expect(jobs[3]).toMatchObject({ reason: { code: 'queue-full' } });
  });

  it('finishes what it has taken when it stops, refuses more, and ends its children', async () => {
    const one = await open();
    const { pids } = one;
    const taken = [one.render(large), one.render(small(1))];
    const stopped = one.stop(10_000);
    expect(one.state).toBe('draining');
    await expect(one.render(small(2))).rejects.toMatchObject({ code: 'draining' });
    expect((await Promise.all(taken)).map(({ pictures }) => pictures.length)).toEqual([64, 1]);
    await stopped;
    expect(pids.map(isAlive)).toEqual([false]);
    expect(exits()).toEqual([]);
  });

  it('gives up what is not done in time when it stops', async () => {
    const one = await open();
    const jobs = Array.from({ length: 50 }, () => one.render(large));
    const outcomes = Promise.allSettled(jobs);
    const start = performance.now();
    await one.stop(20);
    expect(performance.now() - start).toBeLessThan(3000);
    const reasons = (await outcomes).flatMap((each) =>
      each.status === 'rejected' ? [each.reason.code] : [],
    );
    expect(new Set(reasons)).toEqual(new Set(['draining']));
    expect(reasons.length).toBeGreaterThan(40);
  });

  it('rejects where its first child cannot load, and leaves no process behind', async () => {
    const [model] = models as [Model];
    writeFileSync(model.file, readFileSync(model.file).fill(0, 0, 10));
    const broken = createPool({ models, device: 'cpu', children: 2, threads: 1, maxQueueSize: 1 });
    await expect(broken.start()).rejects.toThrow(/expected sha256/);
    expect(broken.pids).toEqual([]);
  });
});
