import { describe, expect, it } from 'vitest';
import { createJobQueue } from './job-queue.js';
import type { Rendered, RenderJob } from './renderer.js';

const job = (seed: number): RenderJob => ({ task: 'sample', model: 'digits', places: [seed] });
const rendered: Rendered = {
  pictures: [],
  width: 28,
  height: 28,
  device: 'cpu',
  inferMs: 0,
  encodeMs: 0,
  queueMs: 0,
};
const ignore = () => undefined;

describe('createJobQueue', () => {
  it('gives jobs out in the order they came, one put back first', async () => {
    const queue = createJobQueue(3, ignore);
    const answers = [1, 2, 3].map((seed) => queue.push(job(seed), undefined));
    const first = queue.take();
    expect(first?.job).toEqual(job(1));
    if (first) queue.putBack(first);
    const order = [queue.take(), queue.take(), queue.take()];
    expect(order.map((each) => each?.job)).toEqual([1, 2, 3].map(job));
    for (const each of order) each?.resolve(rendered);
    expect(await Promise.all(answers)).toEqual([rendered, rendered, rendered]);
  });

  it('refuses more than it holds', async () => {
    const queue = createJobQueue(1, ignore);
    const waiting = queue.push(job(1), undefined);
    await expect(queue.push(job(2), undefined)).rejects.toMatchObject({ code: 'queue-full' });
    queue.rejectAll(new Error('over'));
    await expect(waiting).rejects.toThrow('over');
    expect(queue.size).toBe(0);
  });

  it('drops a job whose caller goes away while it waits, and only that one', async () => {
    const queue = createJobQueue(3, ignore);
    const caller = new AbortController();
    const dropped = queue.push(job(1), caller.signal);
    void queue.push(job(2), undefined);
    caller.abort();
    await expect(dropped).rejects.toMatchObject({ code: 'aborted' });
    expect(queue.size).toBe(1);
    expect(queue.take()?.job).toEqual(job(2));
  });

  it('does not put back a job whose caller went away after it was taken', async () => {
    const queue = createJobQueue(1, ignore);
    const caller = new AbortController();
    const dropped = queue.push(job(1), caller.signal);
    const taken = queue.take();
    caller.abort();
    await expect(dropped).rejects.toMatchObject({ code: 'aborted' });
    if (taken) queue.putBack(taken);
    expect(queue.size).toBe(0);
  });

  it('counts only what must wait', async () => {
    const queue = createJobQueue(0, () => queue.take()?.resolve(rendered));
    expect(await queue.push(job(1), undefined)).toBe(rendered);
  });

  it('never takes a job whose caller is gone already', async () => {
    const queue = createJobQueue(1, ignore);
    await expect(queue.push(job(1), AbortSignal.abort())).rejects.toMatchObject({
      code: 'aborted',
    });
    expect(queue.size).toBe(0);
  });
});
