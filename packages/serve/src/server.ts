import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism } from 'node:os';
import { type DeviceChoice, InputError } from '@ganvas/core';
import { createAdaptorServer } from '@hono/node-server';
import { type AppOptions, createApp } from './app.js';
import type { ChildEvent } from './child-slot.js';
import { type Model, readRepository } from './model.js';
import { createPool, type Pool } from './pool.js';
import { serveDefaults } from './serve-defaults.js';
import { toServerUrl } from './server-url.js';

export interface ServerOptions
  extends Pick<
    AppOptions,
    | 'maxCount'
    | 'maxBodyBytes'
    | 'maxUploadBytes'
    | 'maxPixels'
    | 'corsOrigins'
    | 'playgroundDir'
    | 'onError'
  > {
  /** Folder of models, `<repository>/<name>/ganvas.json`. */
  readonly repository: string;
  /** Default 8080; 0 takes any free port. */
  readonly port?: number;
  /** Address to listen on, default 127.0.0.1; 0.0.0.0 for all. */
  readonly host?: string;
  /** Default `auto`: CUDA if it can be used, else the CPU. */
  readonly device?: DeviceChoice;
  /** Child processes that render, default one per core but one, at least 1 and at most 4. */
  readonly children?: number;
  /** Threads within one operator on a CPU, for each child; default 1. */
  readonly threads?: number;
  /** Requests that may wait for a child, default 256; those beyond get 503. */
  readonly maxQueueSize?: number;
  /** Time that `stop` gives the requests it finds, default 10,000 ms. */
  readonly exitTimeoutMs?: number;
  /** Hears of children that load and end. */
  readonly onEvent?: (event: ChildEvent) => void;
}

export interface RunningServer {
  /** Where it answers, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  readonly models: readonly Model[];
  /** Process ids of the children. */
  readonly pids: readonly number[];
  /** Accept nothing more, answer what was accepted, end the children. May be called again. */
  stop(): Promise<void>;
}

// One core is left to HTTP. Past four, memory is spent on copies of the models: ask for them.
const defaultChildren = (): number => Math.min(4, Math.max(1, availableParallelism() - 1));

async function listen(server: Server, port: number, host: string): Promise<number> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? 'in use; choose another port' : (error as Error).message;
    throw new InputError(`${host}:${port}: cannot listen there: ${why}`, { cause: error });
  }
  return (server.address() as AddressInfo).port;
}

/** Left at least to answers that are ready and being sent. */
const sendMs = 500;
const sweepMs = 50;

/** Stop accepting, drain the pool, and cut whoever has not been sent everything in time. */
async function close(server: Server, pool: Pool, timeoutMs: number): Promise<void> {
  const end = performance.now() + timeoutMs;
  const closed = new Promise((resolve) => server.close(resolve));
  await pool.stop(timeoutMs);
  // Connections kept open for further requests count as open until they are told to go.
  const sweep = setInterval(() => server.closeIdleConnections(), sweepMs);
  const leftMs = Math.max(sendMs, end - performance.now());
  const cut = setTimeout(() => server.closeAllConnections(), leftMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}

/**
 * Serve a repository of models over HTTP. Resolves when the first child process has loaded every
 * model; until then `/readyz` says 503. Rejects with an InputError for a model that is not intact.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { repository, onEvent } = options;
  const { port = serveDefaults.port, host = serveDefaults.host } = options;
  const { exitTimeoutMs = serveDefaults.exitTimeoutMs } = options;
  const models = await readRepository(repository);
  const pool = createPool({
    models,
    device: options.device ?? serveDefaults.device,
    children: options.children ?? defaultChildren(),
    threads: options.threads ?? serveDefaults.threads,
    maxQueueSize: options.maxQueueSize ?? serveDefaults.maxQueueSize,
    ...(onEvent && { onEvent }),
  });
  const app = createApp({ ...options, models, renderer: pool });
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  const boundPort = await listen(server, port, host);
  try {
    await pool.start();
  } catch (error) {
    await close(server, pool, 0);
    throw error;
  }
  let stopped: Promise<void> | undefined;
  return {
    url: toServerUrl(host, boundPort),
    port: boundPort,
    models,
    get pids() {
      return pool.pids;
    },
    stop() {
      stopped ??= close(server, pool, exitTimeoutMs);
      return stopped;
    },
  };
}
