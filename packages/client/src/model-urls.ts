import { InputError } from '@ganvas/core';
import { getJson } from './http.js';
import { type Task, taskOf } from './model.js';

/** A model on a server of Ganvas: the server's base address, and the model's name (default its first that does what is asked). */
export interface ModelAddress {
  readonly url: string | URL;
  readonly model?: string | undefined;
}

/** An address as a URL: a relative one is of this page's own origin. */
export const toAbsolute = (url: string | URL) => new URL(url, globalThis.location?.href);

/** `path` under the server's base address; a relative base is one of this page's own origin. */
export function serverUrl(base: string | URL, path: string): string {
  const absolute = toAbsolute(base);
  if (!absolute.pathname.endsWith('/')) absolute.pathname += '/';
  return new URL(path, absolute).href;
}

/** What a server says of its models: at least one. */
export async function fetchModels(
  base: string | URL,
  signal?: AbortSignal,
): Promise<readonly [unknown, ...unknown[]]> {
  const url = serverUrl(base, 'models');
  const { models } = Object(await getJson(url, signal)) as { models?: unknown };
  if (Array.isArray(models) && models.length > 0) return models as [unknown];
  throw new InputError(
    `GET ${url}: expected a list of at least one model, got something else: is it a Ganvas server?`,
  );
}

/** What a server says of one model: the one that is named, or its first of a task; `where` names it in errors. */
export async function fetchModel(
  { url, model }: ModelAddress,
  { task, signal }: { readonly task: Task; readonly signal?: AbortSignal | undefined },
): Promise<{ readonly said: unknown; readonly where: string }> {
  const where = `${serverUrl(url, 'models')}: ${model ?? 'first'}`;
  if (model !== undefined) {
    const address = serverUrl(url, `models/${encodeURIComponent(model)}`);
    return { said: await getJson(address, signal), where };
  }
  const models = await fetchModels(url, signal);
  return { said: models.find((each) => taskOf(each) === task) ?? models[0], where };
}
