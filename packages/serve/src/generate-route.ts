import { type Context, Hono } from 'hono';
import type { TimingVariables } from 'hono/timing';
import { describeOrigin, setDescription, setTimings } from './answer-headers.js';
import { forever, isNoneMatch, toETag } from './caching.js';
import { toDataUrl } from './data-url.js';
import { createFieldParser } from './field-parser.js';
import { type Format, formats } from './fields.js';
import { buildGenerateSchema } from './generate-fields.js';
import { type GenerateRequest, resolveRequest } from './generate-request.js';
import type { Model } from './model.js';
import { mediaTypes, negotiate } from './negotiate.js';
import { fromQuery } from './query.js';
import { RenderError, type Rendered, type Renderer, type SampleJob } from './renderer.js';
import { limitBody, readJson } from './request-body.js';

export interface GenerateOptions {
  readonly models: readonly Model[];
  readonly renderer: Renderer;
  readonly maxCount: number;
  readonly maxBodyBytes: number;
  readonly randomSeed: () => number;
}

function setDescriptionOf(c: Context, request: GenerateRequest, rendered: Rendered): void {
  const { model, seeds, labels } = request;
  const key = labels?.length === 1 ? 'label' : 'labels';
  setDescription(c, {
    ...describeOrigin(model, rendered),
    seed: seeds[0] as number,
    ...(labels && { [key]: labels.join(',') }),
  });
}

function toJson(c: Context, request: GenerateRequest, rendered: Rendered): Response {
  const { model, seeds, labels } = request;
  const images = seeds.map((seed, i) => ({
    seed,
    ...(labels && { label: labels[i] }),
    url: toDataUrl(rendered.pictures[i] as Uint8Array),
  }));
  return c.json({ ...describeOrigin(model, rendered), images });
}

function toPng(c: Context, _: GenerateRequest, { pictures }: Rendered): Response {
  const [picture] = pictures as [Uint8Array<ArrayBuffer>];
  return c.body(picture, 200, { 'Content-Type': mediaTypes.png });
}

/** How a request is answered in each format. */
const answers = { png: toPng, json: toJson } satisfies Record<Format, unknown>;

/**
 * A name for the bytes of an answer, known before they are made: they follow from the model's file,
 * the device and the request.
 */
function tagOf(request: GenerateRequest, device: string): string {
  const { model, seeds, labels, format, columns } = request;
  const parts = [model.variant.sha256, model.manifest.name, model.manifest.version, device];
  return toETag(JSON.stringify([...parts, seeds, labels, format, columns]));
}

async function answer(c: Context, request: GenerateRequest, renderer: Renderer): Promise<Response> {
  const { model, seeds, labels, columns, format } = request;
  const { name } = model.manifest;
  const device = renderer.deviceOf(name);
  if (device === undefined) throw new RenderError('loading', 'the models are still loading');
  const isCacheable = c.req.method !== 'POST' && request.isSeeded;
  const etag = tagOf(request, device);
  // Set once there is an answer: an error must not carry them.
  const setCaching = () => {
    c.header('Vary', 'Accept', { append: true });
    c.header('Cache-Control', isCacheable ? forever : 'no-store');
    if (isCacheable) c.header('ETag', etag);
  };
  if (isCacheable && isNoneMatch(c, etag)) {
    setCaching();
    return c.body(null, 304);
  }
  const job: SampleJob = {
    task: 'sample',
    model: name,
    places: seeds,
    ...(labels && { labels }),
    ...(columns && { columns }),
  };
  const rendered = await renderer.render(job, { signal: c.req.raw.signal });
  setCaching();
  setTimings(c, rendered);
  setDescriptionOf(c, request, rendered);
  return answers[format](c, request, rendered);
}

/** `GET /generate` and `POST /generate`: the same fields, in the query or as JSON. */
export function createGenerateRoutes(options: GenerateOptions) {
  const { models, renderer, maxCount, maxBodyBytes, randomSeed } = options;
  const parseFields = createFieldParser(buildGenerateSchema(maxCount));
  const generate = (c: Context, input: unknown): Promise<Response> => {
    const context = { models, randomSeed, negotiate: () => negotiate(c, formats) };
    return answer(c, resolveRequest(parseFields(input), context), renderer);
  };
  return new Hono<{ Variables: TimingVariables }>()
    .get('/generate', (c) => generate(c, fromQuery(new URL(c.req.url).searchParams)))
    .post('/generate', limitBody(maxBodyBytes), async (c) => generate(c, await readJson(c)));
}
