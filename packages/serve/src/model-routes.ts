import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { ModelVariant } from '@ganvas/core';
import { serveStatic } from '@hono/node-server/serve-static';
import { type Context, Hono } from 'hono';
import { findModel } from './generate-request.js';
import { isNoneMatch } from './generate-route.js';
import type { Model } from './model.js';
import { HttpProblem } from './problem.js';
import type { Renderer } from './renderer.js';

const forever = 'public, max-age=31536000, immutable';

const summarize = (model: Model, renderer: Renderer) => ({
  ...model.manifest,
  device: renderer.deviceOf(model.manifest.name) ?? null,
  precision: model.variant.precision,
  manifestUrl: `/models/${model.manifest.name}/ganvas.json`,
  modelUrl: `/models/${model.manifest.name}/${model.variant.file}`,
});

const whole = (path: string): ReadableStream =>
  Readable.toWeb(createReadStream(path)) as ReadableStream;

/** Send a model's file: its sha256 as ETag, parts of it by Range, for ever the same. */
function createFileHandler(model: Model, variant: ModelVariant) {
  const etag = `"${variant.sha256}"`;
  const path = `${model.dir}/${variant.file}`;
  const send = serveStatic({ root: model.dir, path: variant.file });
  return async (c: Context): Promise<Response> => {
    c.header('ETag', etag);
    c.header('Cache-Control', forever);
    c.header('Accept-Ranges', 'bytes');
    if (isNoneMatch(c, etag)) return c.body(null, 304);
    const ifRange = c.req.header('If-Range');
    // A part of another file is of no use to who resumes: the whole of this one (RFC 9110, 13.1.5).
    if (ifRange !== undefined && ifRange !== etag) {
      c.header('Content-Type', 'application/octet-stream');
      return c.body(whole(path), 200, { 'Content-Length': String(variant.bytes) });
    }
    const response = await send(c, async () => undefined);
    if (response instanceof Response) return response;
    throw new Error(`${path}: expected the model's file, found none`);
  };
}

/** The files of a model by the path that a page asks for: as in the manifest, or by precision. */
function createFileHandlers(model: Model): ReadonlyMap<string, (c: Context) => Promise<Response>> {
  const handlers = new Map<string, (c: Context) => Promise<Response>>();
  for (const variant of model.manifest.variants) {
    handlers.set(variant.file, createFileHandler(model, variant));
  }
  handlers.set('model.onnx', createFileHandler(model, model.variant));
  return handlers;
}

function sendManifest(c: Context, { manifest, variant }: Model): Response {
  const etag = `"${variant.sha256}-${manifest.version}"`;
  c.header('ETag', etag);
  c.header('Cache-Control', 'no-cache');
  return isNoneMatch(c, etag) ? c.body(null, 304) : c.json(manifest);
}

/** What is served, and the files that a page needs to run a model itself. */
export function createModelRoutes(models: readonly Model[], renderer: Renderer): Hono {
  const files = new Map(models.map((model) => [model, createFileHandlers(model)]));
  return new Hono()
    .get('/models', (c) => {
      c.header('Cache-Control', 'no-cache');
      return c.json({ models: models.map((model) => summarize(model, renderer)) });
    })
    .get('/models/:name', (c) => {
      c.header('Cache-Control', 'no-cache');
      return c.json(summarize(findModel(models, c.req.param('name')), renderer));
    })
    .get('/models/:name/ganvas.json', (c) =>
      sendManifest(c, findModel(models, c.req.param('name'))),
    )
    .get('/models/:name/:file{.+}', (c) => {
      const model = findModel(models, c.req.param('name'));
      const file = c.req.param('file');
      const handler = files.get(model)?.get(file);
      if (handler !== undefined) return handler(c);
      const known = [...(files.get(model)?.keys() ?? []), 'ganvas.json'].join(', ');
      throw new HttpProblem('unknown-model', `expected one of ${known}, got ${file}`);
    });
}
