import { createJobQueue, type QueuedJob } from './job-queue.js';
import type { Model } from './model.js';
import type { Renderer } from './renderer.js';
import { openRunner, type RunnerOptions } from './runner.js';

export interface LocalRenderer extends Renderer {
  dispose(): Promise<void>;
}

/** Render in this process, one job at a time, oldest first. */
export async function createLocalRenderer(
  models: readonly Model[],
  options: RunnerOptions,
): Promise<LocalRenderer> {
  const runner = await openRunner(models, options);
  const queue = createJobQueue(Number.POSITIVE_INFINITY, dispatch);
  let isBusy = false;

  function dispatch(): void {
    const queued = isBusy ? undefined : queue.take();
    if (queued !== undefined) void work(queued);
  }

  async function work({ job, signal, since, resolve, reject }: QueuedJob): Promise<void> {
    isBusy = true;
    const queueMs = performance.now() - since;
    try {
      resolve({ ...(await runner.run(job, signal)), queueMs });
    } catch (error) {
      reject(error as Error);
    }
    isBusy = false;
    dispatch();
  }

  return {
    state: 'ready',
    deviceOf: runner.deviceOf,
    render: (job, { signal } = {}) => queue.push(job, signal),
    dispose: runner.dispose,
  };
}
