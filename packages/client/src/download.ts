import { InputError, type ModelVariant } from '@ganvas/core';
import { fetchOk } from './http.js';

interface DownloadOptions extends Pick<ModelVariant, 'bytes' | 'sha256'> {
  /** Whether to compare the SHA-256. The number of bytes is compared always. */
  readonly verify: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onBytes?: ((loadedBytes: number) => void) | undefined;
}

/** What came: `data` is as long as it should be, `loadedBytes` says how much was sent. */
interface Received {
  readonly data: Uint8Array<ArrayBuffer>;
  readonly loadedBytes: number;
}

async function receive(
  url: string,
  { bytes, signal, onBytes, cache }: DownloadOptions & { readonly cache: RequestCache },
): Promise<Received> {
  const response = await fetchOk(url, { cache, ...(signal && { signal }) });
  const reader = response.body?.getReader();
  const data = new Uint8Array(bytes);
  let loadedBytes = 0;
  // A reader, since not every browser can iterate over a stream.
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    if (loadedBytes + part.value.length <= bytes) data.set(part.value, loadedBytes);
    loadedBytes += part.value.length;
    onBytes?.(loadedBytes);
  }
  return { data, loadedBytes };
}

const toHex = (buffer: ArrayBuffer) =>
  Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');

type Expected = Pick<DownloadOptions, 'bytes' | 'sha256' | 'verify'>;

/** What is wrong with a model's bytes; undefined where they are the manifest's. */
async function findFault({ data, loadedBytes }: Received, expected: Expected) {
  const { bytes, sha256, verify } = expected;
  if (loadedBytes !== bytes) {
    return `expected ${bytes} bytes as in the manifest, got ${loadedBytes}`;
  }
  if (!verify) return undefined;
  const got = toHex(await crypto.subtle.digest('SHA-256', data));
  return got === sha256 ? undefined : `expected SHA-256 ${sha256}, got ${got}`;
}

function assertCanVerify(where: string, { verify }: Expected): void {
  if (!verify || globalThis.crypto?.subtle) return;
  throw new InputError(
    `${where}: cannot check its SHA-256, as this page is not from https or localhost: serve it from there, or give verify: false`,
  );
}

/** Throw an InputError unless `data` is the model of the manifest. `where` names it. */
export async function assertBytes(
  data: Uint8Array<ArrayBuffer>,
  expected: Expected,
  where: string,
): Promise<void> {
  assertCanVerify(where, expected);
  const fault = await findFault({ data, loadedBytes: data.length }, expected);
  if (fault !== undefined) throw new InputError(`${where}: ${fault}: give the bytes of its file`);
}

/**
 * Fetch a model's file, reporting bytes as they come. Where they are not those of the manifest, a
 * cache may hold the file that was there before, so it is fetched once more past every cache, and
 * reports begin anew. Throws an InputError where that does not help.
 */
export async function downloadModel(
  url: string,
  options: DownloadOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  assertCanVerify(url, options);
  let fault: string | undefined;
  for (const cache of ['default', 'reload'] as const) {
    const received = await receive(url, { ...options, cache });
    fault = await findFault(received, options);
    if (fault === undefined) return received.data;
  }
  throw new InputError(`${url}: ${fault}: export the model again, or copy its file again`);
}
