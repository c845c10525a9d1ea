import { InputError, type NodeDevice } from '@ganvas/core';
import type { Model } from './model.js';
import { RenderError, type RenderJob } from './renderer.js';
import { type Done, type Opened, tasks } from './tasks.js';

export interface RunnerOptions {
  /** Devices to try for each model, by its name. */
  readonly devicesOf: (model: string) => readonly NodeDevice[];
  /** Threads within one operator on a CPU, default 1. */
  readonly threads?: number;
}

/** Models that are open in this process; the caller gives them one job at a time. */
export interface Runner {
  deviceOf(model: string): NodeDevice | undefined;
  /** Once `signal` is aborted a translation begins no further tile, and the promise rejects. */
  run(job: RenderJob, signal?: AbortSignal): Promise<Done>;
  dispose(): Promise<void>;
}

/** Open and warm up every model in this process; no image is drawn for the first time by a request. */
export async function openRunner(
  models: readonly Model[],
  { devicesOf, threads = 1 }: RunnerOptions,
): Promise<Runner> {
  const opened = new Map<string, { task: RenderJob['task']; each: Opened<RenderJob> }>();
  for (const model of models) {
    const { name, task } = model.manifest;
    const each = await tasks[task].open(model, { devices: devicesOf(name), threads });
    opened.set(name, { task, each });
  }

  async function run(job: RenderJob, signal?: AbortSignal): Promise<Done> {
    const found = opened.get(job.model);
    if (found === undefined) throw new RenderError('failed', `${job.model}: not loaded`);
    if (found.task !== job.task) {
      throw new InputError(`${job.model}: expected a job to ${found.task}, got one to ${job.task}`);
    }
    return found.each.run(job, signal);
  }

  for (const model of models) await run(await tasks[model.manifest.task].buildWarmUp(model));
  return {
    deviceOf: (model) => opened.get(model)?.each.device,
    run,
    async dispose() {
      for (const { each } of opened.values()) await each.dispose();
    },
  };
}
