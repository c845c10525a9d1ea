import type { Problem } from '@ganvas/core';
import type { Context } from 'hono';
import { fromDataUrl } from './data-url.js';
import { createFieldParser, type ParsedFields } from './field-parser.js';
import { listFormats, type TranslateFormat, translateFormats } from './fields.js';
import { resolveModel } from './find-model.js';
import { fromQuery } from './generate-query.js';
import type { Model } from './model.js';
import { negotiate } from './negotiate.js';
import { readPictureForm } from './picture-form.js';
import { assertNone, HttpProblem } from './problem.js';
import { parseJson, readPieces, whileThere } from './request-body.js';
import { buildTranslateSchema, type TranslateFields, translateSchema } from './translate-fields.js';

/** What is asked for, with nothing left open. */
export interface TranslateRequest {
  readonly model: Model;
  /** The files, at least one. */
  readonly pictures: readonly Uint8Array[];
  readonly format: TranslateFormat;
}

export interface UploadLimits {
  /** Most pictures in one request. */
  readonly maxCount: number;
  /** Most bytes of a body with pictures. */
  readonly maxUploadBytes: number;
}

interface Body {
  readonly pieces: AsyncIterable<Uint8Array>;
  readonly type: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly maxCount: number;
}

interface Upload {
  readonly parsed: ParsedFields<TranslateFields>;
  readonly pictures: readonly Uint8Array[];
}

async function concat(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

const parseQuery = createFieldParser(translateSchema);

async function readForm({ pieces, type, query, maxCount }: Body): Promise<Upload> {
  return { parsed: parseQuery(query), pictures: await readPictureForm(pieces, { type, maxCount }) };
}

async function readPicture({ pieces, query }: Body): Promise<Upload> {
  const picture = await concat(pieces);
  return { parsed: parseQuery(query), pictures: picture.length === 0 ? [] : [picture] };
}

/** The fields of the body and of the query, which may not name the same; one picture is a list of one. */
function join(body: unknown, query: Body['query']): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const message = 'expected in the query or in the body, got both';
  const twice = Object.keys(query).filter((path) => path in body);
  assertNone(
    'malformed',
    twice.map((path) => ({ path, message })),
  );
  const { image } = body as { image?: unknown };
  return { ...query, ...body, ...(typeof image === 'string' && { image: [image] }) };
}

async function readJson({ pieces, query, maxCount }: Body): Promise<Upload> {
  const parseFields = createFieldParser(buildTranslateSchema(maxCount));
  const parsed = parseFields(join(parseJson((await concat(pieces)).toString()), query));
  const { image = [], ...fields } = parsed.fields;
  const pictures = image.map(fromDataUrl);
  const message = 'expected a data URL, data:image/png;base64,...';
  const faults = pictures.flatMap((picture, i): Problem[] =>
    picture === undefined ? [{ path: `image[${i}]`, message }] : [],
  );
  return {
    parsed: {
      fields,
      problems: [...parsed.problems, ...faults],
      code: faults.length > 0 ? 'malformed' : parsed.code,
    },
    pictures: pictures.filter((picture) => picture !== undefined),
  };
}

/** How a body is read, by its Content-Type. */
const readers: readonly (readonly [type: RegExp, read: (body: Body) => Promise<Upload>])[] = [
  [/^multipart\/form-data\s*;/i, readForm],
  [/^(image\/[\w.+-]+|application\/octet-stream)\s*(;|$)/i, readPicture],
  [/^application\/json\s*(;|$)/i, readJson],
];

function readerFor(type: string): (body: Body) => Promise<Upload> {
  const found = readers.find(([pattern]) => pattern.test(type));
  if (found !== undefined) return found[1];
  const expected = 'multipart/form-data, image/*, application/octet-stream or application/json';
  throw new HttpProblem('malformed', `Content-Type: expected ${expected}, got ${type}`);
}

function resolveFormat(c: Context, format: TranslateFormat | undefined, count: number) {
  const isContrary = format === 'png' && count > 1;
  const message = `expected ${listFormats.join(' or ')} for ${count} pictures, got png`;
  assertNone('unprocessable', isContrary ? [{ path: 'format', message }] : []);
  return format ?? negotiate(c, count > 1 ? listFormats : translateFormats);
}

/** Read a request's pictures and fields, each byte once, and refuse every fault of the fields at once. */
export async function readTranslateRequest(
  c: Context,
  { models, maxCount, maxUploadBytes }: UploadLimits & { readonly models: readonly Model[] },
): Promise<TranslateRequest> {
  const type = c.req.header('Content-Type') ?? 'nothing';
  const read = readerFor(type);
  const query = fromQuery(new URL(c.req.url).searchParams);
  const pieces = readPieces(c, maxUploadBytes);
  const { parsed, pictures } = await whileThere(c, () => read({ pieces, type, query, maxCount }));
  const model = resolveModel(parsed, { models, task: 'translate' });
  assertNone(parsed.code, parsed.problems);
  if (pictures.length === 0)
    throw new HttpProblem('malformed', 'image: expected a picture, got none');
  const { format } = parsed.fields;
  return { model, pictures, format: resolveFormat(c, format, pictures.length) };
}
