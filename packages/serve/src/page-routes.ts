import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '@ganvas/core';
import { serveStatic } from '@hono/node-server/serve-static';
import { Hono, type MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { forever } from './caching.js';

/** Names that a bundler put a hash in never change their content. */
const isHashed = (path: string): boolean => /^\/assets\/.*-[\w-]{8,}\.\w+$/.test(path);

/**
 * `GET /` and the files beside it, from a folder of built files. They are isolated from other
 * origins (COOP and COEP), without which a browser gives WebAssembly no threads. Where a file lies
 * there as Brotli too (`index.html.br`), that is sent to who takes it.
 */
export function createPageRoutes(dir: string): Hono {
  if (!existsSync(join(dir, 'index.html'))) {
    throw new InputError(`${dir}: expected index.html, found none; build the playground first`);
  }
  const isolate = secureHeaders({
    crossOriginOpenerPolicy: 'same-origin',
    crossOriginEmbedderPolicy: 'require-corp',
    crossOriginResourcePolicy: 'same-origin',
    // A server on a laptop speaks plain HTTP; a proxy that speaks HTTPS sets its own.
    strictTransportSecurity: false,
  });
  const cache: MiddlewareHandler = async (c, next) => {
    c.header('Cache-Control', isHashed(c.req.path) ? forever : 'no-cache');
    await next();
  };
  return new Hono().get('*', isolate, cache, serveStatic({ root: dir, precompressed: true }));
}
