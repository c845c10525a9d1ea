import { rm } from 'node:fs/promises';
import type { Hono } from 'hono';
import { type AppOptions, createApp } from '../app.js';
import { createLocalRenderer } from '../local-renderer.js';
import { type Model, readRepository } from '../model.js';
import type { Renderer } from '../renderer.js';
import { colours, digits, type TinyModel, writeRepository } from './write-model.js';

export interface AppContext {
  readonly models: readonly Model[];
  readonly renderer: Renderer;
  /** Build an application over the models. */
  create(options?: Partial<AppOptions>): Hono;
  dispose(): Promise<void>;
}

/** Open tiny models in this process, for tests that need no server; default `digits` and `paint`. */
export async function openAppContext(
  tiny: readonly TinyModel[] = [digits, colours],
): Promise<AppContext> {
  const repository = await writeRepository(...tiny);
  const models = await readRepository(repository);
  const renderer = await createLocalRenderer(models, { devicesOf: () => ['cpu'] });
  return {
    models,
    renderer,
    create: (options) => createApp({ models, renderer, ...options }),
    async dispose() {
      await renderer.dispose();
      await rm(repository, { recursive: true });
    },
  };
}

/** A renderer that never answers, so that only what comes before it is seen. */
export const deviceOnly = (renderer: Renderer): Renderer => ({
  ...renderer,
  render: () => Promise.reject(new Error('expected no image to be drawn')),
});

export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly instance: string;
  readonly request_id: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

export const readProblem = async (response: Response): Promise<ProblemBody> =>
  (await response.json()) as ProblemBody;

export const readBytes = async (response: Response): Promise<Buffer> =>
  Buffer.from(await response.arrayBuffer());

export const postJson = (body: unknown, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json', ...headers },
  body: JSON.stringify(body),
});
