import { InputError } from '@ganvas/core';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Answer, Question, Stop } from './messages.js';
import { createWorkerCalls, type WorkerCalls } from './worker-calls.js';

/** A worker's other end: what was posted to it, and how it answers. */
class Recorder extends EventTarget {
  readonly posted: (Question | Stop)[] = [];
  isEnded = false;
  postMessage(message: Question | Stop): void {
    this.posted.push(message);
  }
  terminate(): void {
    this.isEnded = true;
  }
  answer(data: Answer): void {
    this.dispatchEvent(new MessageEvent('message', { data }));
  }
}

const inputs = { z: { data: new Float32Array(1), dims: [1, 1] } };

describe('createWorkerCalls', () => {
  let worker: Recorder;
  let calls: WorkerCalls;
  beforeEach(() => {
    worker = new Recorder();
    calls = createWorkerCalls(worker as unknown as Worker);
  });

  it('gives each answer to who asked for it', async () => {
    const [first, second] = [calls.call('run', inputs), calls.call('run', inputs)];
    worker.answer({ id: 2, reply: 'two' });
    worker.answer({ id: 1, reply: 'one' });
    expect(await Promise.all([first, second])).toEqual(['one', 'two']);
  });

  it('tells what was given wrong from what went wrong', async () => {
    const [first, second] = [calls.call('run', inputs), calls.call('run', inputs)];
    worker.answer({ id: 1, error: 'no holes', isInput: true });
    worker.answer({ id: 2, error: 'no memory', isInput: false });
    await expect(first).rejects.toBeInstanceOf(InputError);
    await expect(second).rejects.not.toBeInstanceOf(InputError);
    await expect(second).rejects.toThrow('no memory');
  });

  it('passes reports on until the answer', async () => {
    const reports: object[] = [];
    const running = calls.call('run', inputs, { onProgress: (report) => reports.push(report) });
    worker.answer({ id: 1, progress: { done: 1, total: 2 } });
    worker.answer({ id: 1, reply: 'done' });
    await running;
    worker.answer({ id: 1, progress: { done: 2, total: 2 } });
    expect(reports).toEqual([{ done: 1, total: 2 }]);
  });

  it('rejects at once when it is aborted, and tells the worker to stop', async () => {
    const abort = new AbortController();
    const running = calls.call('run', inputs, { signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    expect(worker.posted.at(-1)).toEqual({ stop: 1 });
    // The worker's own answer comes too late to matter.
    worker.answer({ id: 1, error: 'aborted', isInput: false });
    const next = calls.call('run', inputs);
    worker.answer({ id: 2, reply: 'next' });
    expect(await next).toBe('next');
  });

  it('does not stop what has been answered', async () => {
    const abort = new AbortController();
    const running = calls.call('run', inputs, { signal: abort.signal });
    worker.answer({ id: 1, reply: 'done' });
    await running;
    abort.abort();
    expect(worker.posted).toHaveLength(1);
  });

  it('asks nothing for a signal that is aborted already', async () => {
    const signal = AbortSignal.abort(new Error('never mind'));
    await expect(calls.call('run', inputs, { signal })).rejects.toThrow('never mind');
    expect(worker.posted).toEqual([]);
  });

  it('forgets what cannot be posted', async () => {
    worker.postMessage = () => {
      throw new DOMException('no copy', 'DataCloneError');
    };
    const reports: object[] = [];
    const onProgress = (report: object) => reports.push(report);
    await expect(calls.call('run', inputs, { onProgress })).rejects.toThrow('no copy');
    worker.answer({ id: 1, progress: { done: 1, total: 2 } });
    expect(reports).toEqual([]);
  });

  it('rejects what is not answered when the worker is ended', async () => {
    const running = calls.call('run', inputs);
    calls.end();
    await expect(running).rejects.toThrow('was ended');
    await expect(calls.call('run', inputs)).rejects.toThrow('was ended');
    expect(worker.isEnded).toBe(true);
  });
});
