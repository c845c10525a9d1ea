import { createHash } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { setMetric, type TimingVariables } from 'hono/timing';
import { fromQuery } from './generate-query.js';
import { type GenerateRequest, resolveRequest } from './generate-request.js';
import { createFieldParser, type Format } from './generate-schema.js';
import type { Model } from './model.js';
import { mediaTypes, negotiate } from './negotiate.js';
import { HttpProblem } from './problem.js';
import { RenderError, type Rendered, type Renderer } from './renderer.js';

export interface GenerateOptions {
  readonly models: readonly Model[];
  readonly renderer: Renderer;
  readonly maxCount: number;
  readonly maxBodyBytes: number;
  readonly randomSeed: () => number;
}

export const headerNames = {
  seed: 'X-Ganvas-Seed',
  label: 'X-Ganvas-Label',
  labels: 'X-Ganvas-Labels',
  model: 'X-Ganvas-Model',
  version: 'X-Ganvas-Version',
  device: 'X-Ganvas-Device',
  precision: 'X-Ganvas-Precision',
};

/** What a page of another origin may read. */
export const exposedHeaders = [
  ...Object.values(headerNames),
  'ETag',
  'Server-Timing',
  'X-Request-Id',
];

/** The body as JSON; anything else is refused. */
export async function readJson(c: Context): Promise<unknown> {
  const type = c.req.header('Content-Type') ?? 'nothing';
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new HttpProblem('malformed', `Content-Type: expected application/json, got ${type}`);
  }
  const text = await c.req.text();
  const [value, fault] = parseJson(text);
  if (fault === undefined) return value;
  throw new HttpProblem('malformed', `body: expected JSON: ${fault}`);
}

function parseJson(text: string): [value: unknown, fault?: string] {
  try {
    return [JSON.parse(text)];
  } catch (error) {
    return [undefined, (error as SyntaxError).message];
  }
}

function describe({ model, seeds, labels }: GenerateRequest, device: string) {
  const { name, version } = model.manifest;
  const { precision } = model.variant;
  return { model: name, version, device, precision, seed: seeds[0] as number, labels };
}

function setDescription(c: Context, request: GenerateRequest, device: string): void {
  const { labels, ...said } = describe(request, device);
  for (const key of ['model', 'version', 'device', 'precision', 'seed'] as const) {
    c.header(headerNames[key], String(said[key]));
  }
  if (labels === undefined) return;
  c.header(labels.length === 1 ? headerNames.label : headerNames.labels, labels.join(','));
}

export function setTimings(c: Context, { queueMs, inferMs, encodeMs }: Rendered): void {
  setMetric(c, 'queue', queueMs, undefined, 3);
  setMetric(c, 'infer', inferMs, undefined, 3);
  setMetric(c, 'encode', encodeMs, undefined, 3);
}

export const toDataUrl = (picture: Uint8Array): string =>
  `data:${mediaTypes.png};base64,${Buffer.from(picture).toString('base64')}`;

function toJson(c: Context, request: GenerateRequest, { pictures, device }: Rendered): Response {
  const { seed: _, labels, ...said } = describe(request, device);
  const images = request.seeds.map((seed, i) => ({
    seed,
    ...(labels && { label: labels[i] }),
    url: toDataUrl(pictures[i] as Uint8Array),
  }));
  return c.json({ ...said, images });
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
function toETag(request: GenerateRequest, device: string): string {
  const { model, seeds, labels, format, columns } = request;
  const parts = [model.variant.sha256, model.manifest.name, model.manifest.version, device];
  const text = JSON.stringify([...parts, seeds, labels, format, columns]);
  return `"${createHash('sha256').update(text).digest('base64url')}"`;
}

/** Whether If-None-Match names the tag (RFC 9110, 13.1.2). */
export function isNoneMatch(c: Context, etag: string): boolean {
  const given = c.req.header('If-None-Match')?.split(',') ?? [];
  return given.some((each) => ['*', etag].includes(each.trim().replace(/^W\//, '')));
}

const forever = 'public, max-age=31536000, immutable';

async function answer(c: Context, request: GenerateRequest, renderer: Renderer): Promise<Response> {
  const { model, seeds, labels, columns, format } = request;
  const { name } = model.manifest;
  const device = renderer.deviceOf(name);
  if (device === undefined) throw new RenderError('loading', 'the models are still loading');
  const isCacheable = c.req.method !== 'POST' && request.isSeeded;
  const etag = toETag(request, device);
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
  const job = { model: name, seeds, ...(labels && { labels }), ...(columns && { columns }) };
  const rendered = await renderer.render(job, { signal: c.req.raw.signal });
  setCaching();
  setTimings(c, rendered);
  setDescription(c, request, rendered.device);
  return answers[format](c, request, rendered);
}

/** Refuse a body that is larger. */
export const limitBody = (maxBodyBytes: number) =>
  bodyLimit({
    maxSize: maxBodyBytes,
    onError: () => {
      throw new HttpProblem('too-large', `body: expected at most ${maxBodyBytes} bytes`);
    },
  });

/** `GET /generate` and `POST /generate`: the same fields, in the query or as JSON. */
export function createGenerateRoutes(options: GenerateOptions) {
  const { models, renderer, maxCount, maxBodyBytes, randomSeed } = options;
  const parseFields = createFieldParser(maxCount);
  const generate = (c: Context, input: unknown): Promise<Response> => {
    const context = { models, randomSeed, negotiate: () => negotiate(c) };
    return answer(c, resolveRequest(parseFields(input), context), renderer);
  };
  return new Hono<{ Variables: TimingVariables }>()
    .get('/generate', (c) => generate(c, fromQuery(new URL(c.req.url).searchParams)))
    .post('/generate', limitBody(maxBodyBytes), async (c) => generate(c, await readJson(c)));
}
