import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPageRoutes } from './page-routes.js';

const page = '<title>page</title>';

describe('createPageRoutes', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'ganvas-page-'));
    await writeFile(join(dir, 'index.html'), page);
    await writeFile(join(dir, 'index.html.br'), brotliCompressSync(page));
    await writeFile(join(dir, 'runtime.wasm'), 'wasm');
    await writeFile(join(dir, 'runtime.wasm.br'), brotliCompressSync('wasm'));
    await writeFile(join(dir, 'plain.css'), 'p {}');
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  const get = async (path: string, accepted: string) => {
    const headers = { 'accept-encoding': accepted };
    const response = await createPageRoutes(dir).request(path, { headers });
    return { headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
  };

  it.each([
    ['/', 'text/html', page],
    ['/runtime.wasm', 'application/wasm', 'wasm'],
  ])('sends the Brotli file beside %s to who takes it', async (path, type, text) => {
    const { headers, bytes } = await get(path, 'gzip, br');
    expect([headers.get('content-encoding'), headers.get('vary')]).toEqual([
      'br',
      'Accept-Encoding',
    ]);
    expect(headers.get('content-type')).toContain(type);
    expect(brotliDecompressSync(bytes).toString()).toBe(text);
  });

  it.each([
    ['/runtime.wasm', 'gzip', 'wasm'],
    ['/plain.css', 'gzip, br', 'p {}'],
  ])('sends %s as it lies to who takes %s', async (path, accepted, text) => {
    const { headers, bytes } = await get(path, accepted);
    expect(headers.get('content-encoding')).toBeNull();
    expect(bytes.toString()).toBe(text);
  });
});
