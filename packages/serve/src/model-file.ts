import type { ModelVariant } from '@ganvas/core';
import { serveStatic } from '@hono/node-server/serve-static';
import { type Context, Hono } from 'hono';
import { rangeOf } from './byte-range.js';
import { forever, isNoneMatch } from './caching.js';
import type { Model } from './model.js';
import { toHttpProblem } from './problem.js';

/** Digits of the sha256 in an address: enough that no other file of a model has them. */
const hashDigits = 16;

/** Where a model's file is: its sha256 is part of the address, so other bytes have another. */
export const modelUrl = ({ manifest, variant }: Model): string =>
  `/models/${manifest.name}/${variant.file}?sha256=${variant.sha256.slice(0, hashDigits)}`;

function assertHash(given: string | undefined, sha256: string): void {
  if (given === undefined || (given.length >= hashDigits && sha256.startsWith(given))) return;
  const expected = sha256.slice(0, hashDigits);
  const message = `expected ${expected}, or more of the file's sha256, got ${JSON.stringify(given)}`;
  throw toHttpProblem('unknown-model', [{ path: 'sha256', message }]);
}

/** Send a model's file: its sha256 as ETag, parts of it by Range. */
export function createFileHandler(model: Model, variant: ModelVariant) {
  const { sha256, file } = variant;
  const etag = `"${sha256}"`;
  // An application of its own: it is shown the one Range that is to be answered, or none.
  const files = new Hono().get('*', serveStatic({ root: model.dir, path: file }));
  return async (c: Context, isNamedByVersion: boolean): Promise<Response> => {
    const hash = c.req.query('sha256');
    assertHash(hash, sha256);
    const caching = {
      ETag: etag,
      'Cache-Control': isNamedByVersion || hash !== undefined ? forever : 'no-cache',
    };
    if (isNoneMatch(c, etag)) return c.body(null, 304, caching);
    const range = rangeOf(c, etag);
    const response = await files.request('/', {
      method: c.req.method,
      headers: range === undefined ? {} : { Range: range },
    });
    if (response.status === 404)
      throw new Error(`${model.dir}/${file}: expected a file, found none`);
    const headers = { ...Object.fromEntries(response.headers), 'Accept-Ranges': 'bytes' };
    return c.newResponse(response.body, {
      status: response.status as 200,
      headers: response.ok ? { ...headers, ...caching } : headers,
    });
  };
}
