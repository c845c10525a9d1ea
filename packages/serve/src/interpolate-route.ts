import { type Context, Hono } from 'hono';
import type { TimingVariables } from 'hono/timing';
import { describeOrigin, setDescription, setTimings } from './answer-headers.js';
import { toDataUrl } from './data-url.js';
import { createFieldParser } from './field-parser.js';
import { type Format, formats } from './fields.js';
import type { GenerateOptions } from './generate-route.js';
import { buildInterpolateSchema } from './interpolate-fields.js';
import { resolveWalk, type WalkRequest } from './interpolate-request.js';
import { mediaTypes, negotiate } from './negotiate.js';
import type { Between } from './place.js';
import type { Rendered, Renderer, SampleJob } from './renderer.js';
import { limitBody, readJson } from './request-body.js';

function toJson(c: Context, request: WalkRequest, rendered: Rendered): Response {
  const { model, walk, places, labels } = request;
  const { from, to } = walk;
  const images = places.map(({ at }, i) => ({
    at,
    ...(labels && { label: labels[i] }),
    url: toDataUrl(rendered.pictures[i] as Uint8Array),
  }));
  const { method } = places[0] as Between;
  return c.json({ ...describeOrigin(model, rendered), from, to, method, images });
}

function toPng(c: Context, _: WalkRequest, { pictures }: Rendered): Response {
  const [strip] = pictures as [Uint8Array<ArrayBuffer>];
  return c.body(strip, 200, { 'Content-Type': mediaTypes.png });
}

/** How a walk is answered in each format: frame by frame, or as one strip. */
const answers = { png: toPng, json: toJson } satisfies Record<Format, unknown>;

async function answer(c: Context, request: WalkRequest, renderer: Renderer): Promise<Response> {
  const { model, walk, places, labels, format } = request;
  const job: SampleJob = {
    task: 'sample',
    model: model.manifest.name,
    places,
    ...(labels && { labels }),
    ...(format === 'png' && { columns: places.length }),
  };
  const rendered = await renderer.render(job, { signal: c.req.raw.signal });
  c.header('Vary', 'Accept', { append: true });
  c.header('Cache-Control', 'no-store');
  setTimings(c, rendered);
  const seed = `${walk.from.seed},${walk.to.seed}`;
  setDescription(c, { ...describeOrigin(model, rendered), seed });
  return answers[format](c, request, rendered);
}

/** `POST /interpolate`: frames on the way between the latents of two seeds. */
export function createInterpolateRoute(options: Omit<GenerateOptions, 'randomSeed'>) {
  const { models, renderer, maxCount, maxBodyBytes } = options;
  const parseFields = createFieldParser(buildInterpolateSchema(maxCount));
  return new Hono<{ Variables: TimingVariables }>().post(
    '/interpolate',
    limitBody(maxBodyBytes),
    async (c) => {
      const parsed = parseFields(await readJson(c));
      const request = resolveWalk(parsed, { models, negotiate: () => negotiate(c, formats) });
      return await answer(c, request, renderer);
    },
  );
}
