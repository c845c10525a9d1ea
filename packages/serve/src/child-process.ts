import { type ChildProcess, fork } from 'node:child_process';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { InputError, type NodeDevice } from '@ganvas/core';
import { PictureError } from './decode-picture.js';
import type { LoadOrder, Order, Reply } from './messages.js';
import { RenderError, type RenderJob } from './renderer.js';
import type { Done } from './tasks.js';

/** A child ended, by itself or by a signal, before it answered. */
export class ChildExit extends Error {
  override readonly name = 'ChildExit';
}

interface RenderOptions {
  /** Called once the child has set about it. */
  readonly onBegin: () => void;
  readonly signal: AbortSignal | undefined;
}

/** A child process that loads once and then renders, one job at a time. */
export interface RenderChild {
  readonly pid: number;
  load(order: LoadOrder): Promise<Readonly<Record<string, NodeDevice>>>;
  /** Rejects soon after `signal` is aborted, when the child is free again. */
  render(job: RenderJob, options: RenderOptions): Promise<Done>;
  /** Resolves when the process has ended, with how and with the end of its stderr. */
  readonly exited: Promise<string>;
  /** Let it end by itself, and kill it if it has not after `timeoutMs`. */
  stop(timeoutMs: number): Promise<void>;
}

const stderrBytes = 2000;

// Beside this file once built; seen from `src`, where tests run it, in the folder next door.
const entry = fileURLToPath(new URL('../dist/child.js', import.meta.url));

const spawn = (): ChildProcess =>
  fork(entry, [], {
    serialization: 'advanced',
    // Flags such as --inspect are the parent's own.
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });

function describeExit(code: number | null, signal: string | null, stderr: string): string {
  const how = signal === null ? `with status ${code}` : `by ${signal}`;
  const said = stderr.trim();
  return `child process ended ${how}${said === '' ? '' : `: ${said}`}`;
}

/** Wait for the end of a process, and say how it came and what was last on its stderr. */
export async function watchExit(child: ChildProcess): Promise<string> {
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-stderrBytes);
  });
  const read = child.stderr && finished(child.stderr).catch(() => undefined);
  // Not `close`: Node 20 never emits it once the parent has disconnected.
  const how = await new Promise<(said: string) => string>((resolve) => {
    // Also emitted for a signal or a message that did not reach it, and then not the last of it.
    child.on('error', (error) => {
      if (child.pid === undefined) resolve(() => `child process did not start: ${error.message}`);
    });
    child.once('exit', (code, signal) => resolve((said) => describeExit(code, signal, said)));
  });
  await read;
  return how(stderr);
}

function toError({ message, fault }: Extract<Reply, { type: 'failed' }>): Error {
  if (fault === undefined) return new RenderError('failed', message);
  return fault === 'input' ? new InputError(message) : new PictureError(message, { code: fault });
}

type Answer = Exclude<Reply, { type: 'begun' }>;

interface Waiting {
  onBegin: (() => void) | undefined;
  resolve(reply: Answer): void;
  reject(error: Error): void;
}

/** Send orders and await replies, one at a time, for as long as the process lives. */
function createLine(child: ChildProcess, exited: Promise<string>) {
  let waiting: Waiting | undefined;
  let end: string | undefined;
  child.on('message', (reply: Reply) => {
    if (reply.type === 'begun') waiting?.onBegin?.();
    else waiting?.resolve(reply);
  });
  void exited.then((how) => {
    end = how;
    waiting?.reject(new ChildExit(how));
  });
  return (order: Order, onBegin?: () => void): Promise<Answer> =>
    new Promise((resolve, reject) => {
      if (end !== undefined) return reject(new ChildExit(end));
      waiting = { onBegin, resolve, reject };
      // An error here means that the process is gone, which `exited` reports.
      if (child.connected) child.send(order, () => undefined);
    });
}

/** Start a child process. It ends when this process does. */
export function startChild(): RenderChild {
  const child = spawn();
  const exited = watchExit(child);
  const ask = createLine(child, exited);

  async function expect<T extends Answer['type']>(
    type: T,
    order: Order,
    onBegin?: () => void,
  ): Promise<Extract<Answer, { type: T }>> {
    const reply = await ask(order, onBegin);
    if (reply.type === 'failed') throw toError(reply);
    if (reply.type !== type) throw new Error(`child: expected "${type}", got "${reply.type}"`);
    return reply as Extract<Answer, { type: T }>;
  }

  return {
    pid: child.pid ?? -1,
    exited,
    load: async (order) => (await expect('loaded', { type: 'load', order })).devices,
    async render(job, { onBegin, signal }) {
      const cancel = () => {
        if (child.connected) child.send({ type: 'cancel' } satisfies Order, () => undefined);
      };
      signal?.addEventListener('abort', cancel);
      try {
        return (await expect('rendered', { type: 'render', job }, onBegin)).rendered;
      } finally {
        signal?.removeEventListener('abort', cancel);
      }
    },
    async stop(timeoutMs) {
      if (child.connected) child.disconnect();
      const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
      await exited;
      clearTimeout(timer);
    },
  };
}
