import type { DeviceChoice, NodeDevice } from '@ganvas/core';
import { ChildExit, type RenderChild } from './child-process.js';
import { type ChildEvent, createSlot, type Slot } from './child-slot.js';
import { createJobQueue, type QueuedJob } from './job-queue.js';
import type { Model } from './model.js';
import { RenderError, type Renderer, type RendererState } from './renderer.js';

export interface PoolOptions {
  readonly models: readonly Model[];
  readonly device: DeviceChoice;
  /** Child processes, each with every model open. */
  readonly children: number;
  /** Threads within one operator on a CPU, for each child. */
  readonly threads: number;
  /** Requests that may wait. */
  readonly maxQueueSize: number;
  readonly onEvent?: (event: ChildEvent) => void;
}

export interface Pool extends Renderer {
  /** Process ids of the children that are alive. */
  readonly pids: readonly number[];
  /** Resolve when a child has loaded and warmed up every model; reject when that cannot be done. */
  start(): Promise<void>;
  /** Refuse new jobs, finish the others for at most `timeoutMs`, end the children. */
  stop(timeoutMs: number): Promise<void>;
}

/** A job that so many children have ended in is taken for the cause. */
const maxAttempts = 2;
/** Left to a child to end by itself once its jobs are done or given up. */
const childStopMs = 2000;

const sleep = (ms: number) => {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  return { over, cancel: () => clearTimeout(timer) };
};

const stopping = () => new RenderError('draining', 'the server is stopping');
// Why not, a path perhaps, is for the owner: the children's events say it.
const unloadable = () => new RenderError('loading', 'no child process can load the models');

/** What becomes of a job that failed: undefined if it is to be tried again. */
function toFinalError({ attempts }: QueuedJob, error: unknown): Error | undefined {
  if (!(error instanceof ChildExit)) return error as Error;
  if (attempts < maxAttempts) return undefined;
  const message = `the job ended ${maxAttempts} child processes`;
  return new RenderError('failed', message, { cause: error });
}

/** Render in child processes, one job at a time in each, oldest first. */
export function createPool(options: PoolOptions): Pool {
  const { models, device, threads, onEvent } = options;
  const dirs = models.map(({ dir }) => dir);
  const chosen = new Map<string, NodeDevice>();
  const queue = createJobQueue(options.maxQueueSize, dispatch);
  const slots = Array.from({ length: options.children }, () =>
    createSlot({ order: () => ({ dirs, device, chosen, threads }), onEvent: onChildEvent }),
  );
  let isStarted = false;
  let isDraining = false;
  let hasGivenUp = false;
  let running = 0;
  let onDone: (() => void) | undefined;

  function onChildEvent(event: ChildEvent): void {
    // Every child draws on the devices that the first one chose, or bytes could differ.
    if (event.type === 'loaded') {
      for (const [model, each] of Object.entries(event.devices)) chosen.set(model, each);
    }
    onEvent?.(event);
    dispatch();
  }

  function dispatch(): void {
    if (slots.every(({ isFailing }) => isFailing)) queue.rejectAll(unloadable());
    for (const slot of slots) {
      if (slot.isBusy || slot.child === undefined) continue;
      const queued = queue.take();
      if (queued === undefined) return;
      void work(slot, slot.child, queued);
    }
  }

  async function work(slot: Slot, child: RenderChild, queued: QueuedJob): Promise<void> {
    slot.isBusy = true;
    running++;
    const queueMs = performance.now() - queued.since;
    try {
      const onBegin = () => {
        queued.attempts++;
      };
      const rendered = await child.render(queued.job, { onBegin, signal: queued.signal });
      queued.resolve({ ...rendered, queueMs });
      slot.praise();
    } catch (error) {
      const final = hasGivenUp ? stopping() : toFinalError(queued, error);
      if (final === undefined) queue.putBack(queued);
      else queued.reject(final);
    }
    running--;
    // If the child ended meanwhile, the next one is marked free by its slot.
    if (slot.child === child) slot.isBusy = false;
    dispatch();
    if (isDone()) onDone?.();
  }

  const isDone = () => running === 0 && queue.size === 0;

  function stateNow(): RendererState {
    if (isDraining) return 'draining';
    return isStarted && slots.some(({ isFailing }) => !isFailing) ? 'ready' : 'loading';
  }

  async function drain(timeoutMs: number): Promise<void> {
    if (isDone()) return;
    const limit = sleep(timeoutMs);
    await Promise.race([
      limit.over,
      new Promise<void>((resolve) => {
        onDone = resolve;
      }),
    ]);
    limit.cancel();
    hasGivenUp = true;
    queue.rejectAll(stopping());
  }

  return {
    get state() {
      return stateNow();
    },
    get pids() {
      return slots.flatMap(({ pid }) => pid ?? []);
    },
    deviceOf: (model) => chosen.get(model),
    async start() {
      const [first, ...others] = slots;
      await first?.start();
      isStarted = true;
      for (const slot of others) slot.keep();
    },
    async render(job, { signal } = {}) {
      const state = stateNow();
      if (state === 'draining') throw stopping();
      if (state === 'loading') throw new RenderError('loading', 'the models are still loading');
      return queue.push(job, signal);
    },
    async stop(timeoutMs) {
      isDraining = true;
      await drain(timeoutMs);
      await Promise.all(slots.map((slot) => slot.stop(childStopMs)));
    },
  };
}
