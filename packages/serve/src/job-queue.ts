import { RenderError, type Rendered, type RenderJob } from './renderer.js';

/** A job, who waits for it, and how many children have begun it. */
export interface QueuedJob {
  readonly job: RenderJob;
  readonly signal: AbortSignal | undefined;
  readonly since: number;
  attempts: number;
  /** Nobody waits for it any more. */
  isAborted: boolean;
  resolve(rendered: Rendered): void;
  reject(error: Error): void;
}

/** First in, first out, up to a maximum of jobs that wait; an aborted job leaves it. */
export interface JobQueue {
  readonly size: number;
  push(job: RenderJob, signal: AbortSignal | undefined): Promise<Rendered>;
  take(): QueuedJob | undefined;
  /** Put a job back at the head, unless it was aborted: it lost its child, not its turn. */
  putBack(queued: QueuedJob): void;
  rejectAll(error: Error): void;
}

/** Make a queue; `onPush` may take jobs at once, and only what it leaves has to wait. */
export function createJobQueue(maxSize: number, onPush: () => void): JobQueue {
  const jobs: QueuedJob[] = [];

  function remove(queued: QueuedJob): boolean {
    const index = jobs.indexOf(queued);
    if (index >= 0) jobs.splice(index, 1);
    return index >= 0;
  }

  function drop(queued: QueuedJob): void {
    remove(queued);
    queued.isAborted = true;
    queued.reject(new RenderError('aborted', 'the client went away'));
  }

  function push(job: RenderJob, signal: AbortSignal | undefined): Promise<Rendered> {
    if (signal?.aborted) throw new RenderError('aborted', 'the client went away');
    const { promise, resolve, reject } = withResolvers<Rendered>();
    const queued = {
      job,
      signal,
      since: performance.now(),
      attempts: 0,
      isAborted: false,
      resolve,
      reject,
    };
    const onAbort = () => drop(queued);
    signal?.addEventListener('abort', onAbort);
    jobs.push(queued);
    onPush();
    // What a free child took at once has not waited.
    if (jobs.length > maxSize && remove(queued)) {
      reject(new RenderError('queue-full', `expected at most ${maxSize} requests to be waiting`));
    }
    return promise.finally(() => signal?.removeEventListener('abort', onAbort));
  }

  return {
    get size() {
      return jobs.length;
    },
    push: async (job, signal) => push(job, signal),
    take: () => jobs.shift(),
    putBack: (queued) => {
      if (!queued.isAborted) jobs.unshift(queued);
    },
    rejectAll(error) {
      for (const queued of jobs.splice(0)) queued.reject(error);
    },
  };
}

function withResolvers<T>() {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
