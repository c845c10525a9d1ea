/** The entry of a child process: it infers and encodes, one order at a time, and sends PNG bytes. */
import { setPriority } from 'node:os';
import { devicesFor, InputError } from '@ganvas/core';
import { PictureError } from './decode-picture.js';
import type { LoadOrder, Order, Reply } from './messages.js';
import { readModel } from './model.js';
import type { RenderJob } from './renderer.js';
import { openRunner, type Runner } from './runner.js';

let runner: Runner | undefined;
let current: AbortController | undefined;

async function load(order: LoadOrder): Promise<Reply> {
  const { dirs, device, chosen, threads } = order;
  const models = await Promise.all(dirs.map(readModel));
  const devicesOf = (name: string) => devicesFor(chosen.get(name) ?? device);
  const opened = await openRunner(models, { devicesOf, threads });
  runner = opened;
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
  if (runner === undefined) throw new Error('render: expected a loaded child, got a fresh one');
  current = new AbortController();
  // Out before anything that may end this process: the job is then known to have begun.
  await send({ type: 'begun' });
  try {
    return { type: 'rendered', rendered: await runner.run(job, current.signal) };
  } finally {
    current = undefined;
  }
}

const execute = (order: Exclude<Order, { type: 'cancel' }>): Promise<Reply> =>
  order.type === 'load' ? load(order.order) : render(order.job);

function toFailure(error: unknown): Reply {
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof InputError)) return { type: 'failed', message };
  return { type: 'failed', message, fault: error instanceof PictureError ? error.code : 'input' };
}

// The HTTP process must get a core as soon as it wants one, also where children keep all of them
// busy. Threads that are started later inherit this.
setPriority(5);

// A terminal or a supervisor signals the whole group. The parent drains first, then disconnects.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
// Both the parent's order to stop and its death.
process.on('disconnect', () => process.exit(0));
process.on('message', (order: Order) => {
  if (order.type === 'cancel') current?.abort();
  else void execute(order).catch(toFailure).then(send);
});
