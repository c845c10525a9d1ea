import { InputError, type ModelVariant } from '@ganvas/core';
import { getJson } from './http.js';

/** A model on a server of Ganvas: the server's base address, and the model's name (default its first). */
export interface ModelAddress {
  readonly url: string | URL;
  readonly model?: string | undefined;
}

/** Where the manifest is, and where each of its files. */
export interface ModelUrls {
  readonly manifest: string;
  file(variant: Pick<ModelVariant, 'file'>): string;
}

/** `path` under the server's base address; a relative base is one of this page's own origin. */
export function serverUrl(base: string | URL, path: string): string {
  const absolute = new URL(base, globalThis.location?.href);
  if (!absolute.pathname.endsWith('/')) absolute.pathname += '/';
  return new URL(path, absolute).href;
}

/** What a server says of its models, one or all. */
export async function fetchModels(base: string | URL, signal?: AbortSignal): Promise<unknown[]> {
  const url = serverUrl(base, 'models');
  const answer = await getJson(url, signal);
  const models = (answer as { models?: unknown } | null)?.models;
  if (Array.isArray(models) && models.length > 0) return models;
  throw new InputError(`GET ${url}: expected a list of at least one model: is it a Ganvas server?`);
}

/** The address of a model's manifest: the model named, or the first that the server lists. */
export async function manifestUrl(
  { url, model }: ModelAddress,
  signal?: AbortSignal,
): Promise<string> {
  const [first] = model === undefined ? await fetchModels(url, signal) : [];
  const name = model ?? (first as { name?: unknown }).name;
  return serverUrl(url, `models/${encodeURIComponent(String(name))}`);
}

/** Find a model on a server of Ganvas or, where `url` ends in `.json`, in a folder of static files. */
export async function modelUrls(address: ModelAddress, signal?: AbortSignal): Promise<ModelUrls> {
  const { href, pathname } = new URL(address.url, globalThis.location?.href);
  if (pathname.endsWith('.json')) {
    return { manifest: href, file: ({ file }) => new URL(file, href).href };
  }
  const manifest = await manifestUrl(address, signal);
  return { manifest, file: () => `${manifest}/model.onnx` };
}
