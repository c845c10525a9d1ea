import { type Context, Hono } from 'hono';
import type { TimingVariables } from 'hono/timing';
import {
  type GenerateOptions,
  headerNames,
  limitBody,
  readJson,
  setTimings,
  toDataUrl,
} from './generate-route.js';
import type { Format } from './generate-schema.js';
import { createWalkParser, resolveWalk, type WalkRequest } from './interpolate-request.js';
import { mediaTypes, negotiate } from './negotiate.js';
import type { Rendered, Renderer } from './renderer.js';

function describe({ model }: WalkRequest, { device }: Rendered) {
  const { name, version } = model.manifest;
  return { model: name, version, device, precision: model.variant.precision };
}

function toJson(c: Context, request: WalkRequest, rendered: Rendered): Response {
  const { from, to, places, labels } = request;
  const images = places.map(({ at }, i) => ({
    at,
    ...(labels && { label: labels[i] }),
    url: toDataUrl(rendered.pictures[i] as Uint8Array),
  }));
  return c.json({ ...describe(request, rendered), from, to, method: places[0]?.method, images });
}

function toPng(c: Context, _: WalkRequest, { pictures }: Rendered): Response {
  const [strip] = pictures as [Uint8Array<ArrayBuffer>];
  return c.body(strip, 200, { 'Content-Type': mediaTypes.png });
}

/** How a walk is answered in each format: frame by frame, or as one strip. */
const answers = { png: toPng, json: toJson } satisfies Record<Format, unknown>;

function setDescription(c: Context, request: WalkRequest, rendered: Rendered): void {
  for (const [key, value] of Object.entries(describe(request, rendered))) {
    c.header(headerNames[key as keyof ReturnType<typeof describe>], String(value));
  }
  c.header(headerNames.seed, `${request.from.seed},${request.to.seed}`);
}

async function answer(c: Context, request: WalkRequest, renderer: Renderer): Promise<Response> {
  const { model, places, labels, format } = request;
  const job = {
    model: model.manifest.name,
    seeds: places,
    ...(labels && { labels }),
    ...(format === 'png' && { columns: places.length }),
  };
  const rendered = await renderer.render(job, { signal: c.req.raw.signal });
  c.header('Vary', 'Accept', { append: true });
  c.header('Cache-Control', 'no-store');
  setTimings(c, rendered);
  setDescription(c, request, rendered);
  return answers[format](c, request, rendered);
}

/** `POST /interpolate`: frames on the way between the latents of two seeds. */
export function createInterpolateRoute(options: Omit<GenerateOptions, 'randomSeed'>) {
  const { models, renderer, maxCount, maxBodyBytes } = options;
  const parseFields = createWalkParser(maxCount);
  return new Hono<{ Variables: TimingVariables }>().post(
    '/interpolate',
    limitBody(maxBodyBytes),
    async (c) => {
      const fields = parseFields(await readJson(c));
      const request = resolveWalk(fields, { models, negotiate: () => negotiate(c) });
      return await answer(c, request, renderer);
    },
  );
}
