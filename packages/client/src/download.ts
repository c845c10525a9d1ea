import { InputError, type ModelVariant } from '@ganvas/core';
import { getOk } from './http.js';

interface DownloadOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: ((loadedBytes: number) => void) | undefined;
}

/** Fetch a file of `bytes` bytes, reporting as they come. Throws where it is shorter or longer. */
export async function download(
  url: string,
  { bytes, ...options }: DownloadOptions & { readonly bytes: number },
): Promise<Uint8Array<ArrayBuffer>> {
  const response = await getOk(url, options.signal);
  const reader = response.body?.getReader();
  const data = new Uint8Array(bytes);
  let loaded = 0;
  // A reader, since not every browser can iterate over a stream.
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    if (loaded + part.value.length <= bytes) data.set(part.value, loaded);
    loaded += part.value.length;
    options.onBytes?.(loaded);
  }
  if (loaded !== bytes) {
    throw new InputError(
      `${url}: expected ${bytes} bytes as in the manifest, got ${loaded}: reload`,
    );
  }
  return data;
}

const toHex = (buffer: ArrayBuffer) =>
  Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Throw an InputError unless the SHA-256 of `data` is the manifest's. `where` names the file. */
export async function assertSha256(
  data: Uint8Array<ArrayBuffer>,
  { sha256 }: Pick<ModelVariant, 'sha256'>,
  where: string,
): Promise<void> {
  if (!globalThis.crypto?.subtle) {
    throw new InputError(
      `${where}: cannot check its SHA-256, as this page is not from https or localhost: serve it from there, or give verify: false`,
    );
  }
  const got = toHex(await crypto.subtle.digest('SHA-256', data));
  if (got !== sha256) {
    throw new InputError(
      `${where}: expected SHA-256 ${sha256}, got ${got}: reload, or export again`,
    );
  }
}
