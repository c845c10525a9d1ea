import { type Context, Hono } from 'hono';
import { isNoneMatch, toETag } from './caching.js';
import { findModel } from './find-model.js';
import type { Model } from './model.js';
import { createFileHandler, modelUrl } from './model-file.js';
import { HttpProblem } from './problem.js';
import type { Renderer } from './renderer.js';

const summarize = (model: Model, renderer: Renderer) => ({
  ...model.manifest,
  device: renderer.deviceOf(model.manifest.name) ?? null,
  precision: model.variant.precision,
  manifestUrl: `/models/${model.manifest.name}/ganvas.json`,
  modelUrl: modelUrl(model),
});

type FileHandler = (c: Context) => Promise<Response>;

/** The files of a model by the path that a page asks for: as in the manifest, or the one served. */
function createFileHandlers(model: Model): ReadonlyMap<string, FileHandler> {
  const { variants, version } = model.manifest;
  const toHandler = (variant: Model['variant'], path: string): [string, FileHandler] => {
    const send = createFileHandler(model, variant);
    return [path, (c) => send(c, path.startsWith(`${version}/`))];
  };
  return new Map([
    toHandler(model.variant, 'model.onnx'),
    ...variants.map((variant) => toHandler(variant, variant.file)),
  ]);
}

function sendManifest(c: Context, { manifest }: Model): Response {
  const text = JSON.stringify(manifest);
  const caching = { ETag: toETag(text), 'Cache-Control': 'no-cache' };
  if (isNoneMatch(c, caching.ETag)) return c.body(null, 304, caching);
  return c.body(text, 200, { ...caching, 'Content-Type': 'application/json' });
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
