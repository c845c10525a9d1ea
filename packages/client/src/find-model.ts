import { InputError, type ModelVariant } from '@ganvas/core';
import { getJson } from './http.js';
import { type LocalManifests, parseLocalManifest, type Task } from './model.js';
import { fetchModel, type ModelAddress, serverUrl, toAbsolute } from './model-urls.js';

/** A model's manifest, and the address of the file that runs everywhere: fp32. */
interface FoundModel<T extends Task> {
  readonly manifest: LocalManifests[T];
  readonly variant: ModelVariant;
  readonly file: string;
}

/** The file that runs everywhere. Throws an InputError where the manifest has none. */
export function fp32Of({ name, variants }: LocalManifests[Task]): ModelVariant {
  const variant = variants.find(({ precision }) => precision === 'fp32');
  if (variant) return variant;
  const got = variants.map(({ precision }) => precision).join(', ');
  throw new InputError(`${name}: expected a variant with precision fp32, got ${got}`);
}

/** Other bytes have another address, so that no cache gives those of a model that was replaced. */
function withHash(address: string, { sha256 }: ModelVariant): string {
  const url = new URL(address);
  if (!url.searchParams.has('sha256')) url.searchParams.set('sha256', sha256.slice(0, 16));
  return url.href;
}

interface Search<T extends Task> {
  readonly task: T;
  readonly signal?: AbortSignal | undefined;
}

/** A manifest among static files: the model's files lie beside it, by the paths that it gives. */
async function findStatic<T extends Task>(
  url: string,
  { task, signal }: Search<T>,
): Promise<FoundModel<T>> {
  const manifest = parseLocalManifest(await getJson(url, signal), { task, where: url });
  const variant = fp32Of(manifest);
  return { manifest, variant, file: withHash(new URL(variant.file, url).href, variant) };
}

/** A model of a server of Ganvas: its addresses begin at the server's base, whatever comes before. */
async function findServed<T extends Task>(
  address: ModelAddress,
  search: Search<T>,
): Promise<FoundModel<T>> {
  const { said, where } = await fetchModel(address, search);
  const manifest = parseLocalManifest(said, { task: search.task, where });
  const variant = fp32Of(manifest);
  const { modelUrl } = said as { readonly modelUrl?: unknown };
  const path =
    typeof modelUrl === 'string'
      ? modelUrl.replace(/^\/+/, '')
      : `models/${encodeURIComponent(manifest.name)}/${variant.file}`;
  return { manifest, variant, file: withHash(serverUrl(address.url, path), variant) };
}

/** Find a model of a task: `url` is that of a manifest where it ends in `.json`, else a server's. */
export function findModel<T extends Task>(
  address: ModelAddress,
  search: Search<T>,
): Promise<FoundModel<T>> {
  const { href, pathname } = toAbsolute(address.url);
  return pathname.endsWith('.json') ? findStatic(href, search) : findServed(address, search);
}
