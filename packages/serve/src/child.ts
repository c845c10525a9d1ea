/** The entry of a child process: it infers and encodes, one order at a time, and sends PNG bytes. */
import { setPriority } from 'node:os';
import { devicesFor, InputError } from '@ganvas/core';
import { createLocalRenderer, type LocalRenderer } from './local-renderer.js';
import type { LoadOrder, Order, Reply } from './messages.js';
import { readModel } from './model.js';
import type { RenderJob } from './renderer.js';

let renderer: LocalRenderer | undefined;

async function load(order: LoadOrder): Promise<Reply> {
  const { dirs, device, chosen, threads } = order;
  const models = await Promise.all(dirs.map(readModel));
  const devicesOf = (name: string) => devicesFor(chosen.get(name) ?? device);
  const opened = await createLocalRenderer(models, { devicesOf, threads });
  renderer = opened;
  const devices = Object.fromEntries(
    models.map(({ manifest: { name } }) => [name, opened.deviceOf(name) ?? 'cpu'] as const),
  );
  return { type: 'loaded', devices };
}

const send = (reply: Reply): Promise<void> =>
  new Promise((resolve) => {
    // An error here means that the parent is gone, which ends this process.
    process.send?.(reply, () => resolve());
  });

async function render(job: RenderJob): Promise<Reply> {
  if (renderer === undefined) throw new Error('render: expected a loaded child, got a fresh one');
  // Out before anything that may end this process: the job is then known to have begun.
  await send({ type: 'begun' });
  return { type: 'rendered', rendered: await renderer.render(job) };
}

const execute = (order: Order): Promise<Reply> =>
  order.type === 'load' ? load(order.order) : render(order.job);

const toFailure = (error: unknown): Reply => ({
  type: 'failed',
  message: error instanceof Error ? error.message : String(error),
  isInput: error instanceof InputError,
});

// The HTTP process must get a core as soon as it wants one, also where children keep all of them
// busy. Threads that are started later inherit this.
setPriority(5);

// A terminal or a supervisor signals the whole group. The parent drains first, then disconnects.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
// Both the parent's order to stop and its death.
process.on('disconnect', () => process.exit(0));
process.on('message', (order: Order) => {
  void execute(order).catch(toFailure).then(send);
});
