import type { Problem } from '@ganvas/core';
import type { Context } from 'hono';
import type * as z from 'zod';
import { fromDataUrl } from './data-url.js';
import { createFieldParser, type ParsedFields } from './field-parser.js';
import { listFormats, type TranslateFormat, translateFormats } from './fields.js';
import { resolveModel } from './find-model.js';
import type { Model } from './model.js';
import { negotiate } from './negotiate.js';
import { readPictureForm } from './picture-form.js';
import { assertNone, HttpProblem } from './problem.js';
import { fromQuery } from './query.js';
import { parseJson, readPieces, whileThere } from './request-body.js';
import { buildTranslateSchema, type TranslateFields, translateSchema } from './translate-fields.js';

/** What is asked for, with nothing left open. */
export interface TranslateRequest {
  readonly model: Model;
  /** The files, at least one. */
  readonly pictures: readonly Uint8Array[];
  readonly format: TranslateFormat;
}

interface UploadLimits {
  /** Most pictures in one request. */
  readonly maxCount: number;
  /** Most bytes of a body with pictures. */
  readonly maxUploadBytes: number;
}

interface Body {
  readonly pieces: AsyncIterable<Uint8Array>;
  readonly type: string;
  readonly query: Readonly<Record<string, unknown>>;
}

/** Read a body and check its fields. */
type ReadBody = (body: Body) => Promise<Upload>;

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

const createFormReader =
  (maxCount: number): ReadBody =>
  async ({ pieces, type, query }) => {
    const pictures = await readPictureForm(pieces, { type, maxCount });
    return { parsed: parseQuery(query), pictures };
  };

const createPictureReader =
  (): ReadBody =>
  async ({ pieces, query }) => {
    const picture = await concat(pieces);
    return { parsed: parseQuery(query), pictures: picture.length === 0 ? [] : [picture] };
  };

/** The fields of the body and of the query, which may not name the same; one picture is a list of one. */
function join(body: unknown, query: Body['query']): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const message = 'expected in the query or in the body, got both';
  const twice = Object.keys(query).filter((path) => Object.hasOwn(body, path));
  assertNone(
    'malformed',
    twice.map((path) => ({ path, message })),
  );
  const { image } = body as { image?: unknown };
  return { ...query, ...body, ...(typeof image === 'string' && { image: [image] }) };
}

type JsonFields = z.infer<ReturnType<typeof buildTranslateSchema>>;

function toUpload(parsed: ParsedFields<JsonFields>): Upload {
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

function createJsonReader(maxCount: number): ReadBody {
  const parseFields = createFieldParser(buildTranslateSchema(maxCount));
  return async ({ pieces, query }) =>
    toUpload(parseFields(join(parseJson((await concat(pieces)).toString()), query)));
}

interface BodyKind {
  readonly type: RegExp;
  readonly createReader: (maxCount: number) => ReadBody;
  /** Bytes that are held for each byte sent: of JSON its bytes, its text, the data URLs and the files. */
  readonly heldPerByte: number;
}

/** How a body is read, by its Content-Type. */
const bodyKinds: readonly BodyKind[] = [
  { type: /^multipart\/form-data\s*(;|$)/i, createReader: createFormReader, heldPerByte: 1 },
  {
    type: /^(image\/[\w.+-]+|application\/octet-stream)\s*(;|$)/i,
    createReader: createPictureReader,
    heldPerByte: 1,
  },
  { type: /^application\/json\s*(;|$)/i, createReader: createJsonReader, heldPerByte: 4 },
];

interface OpenKind extends Pick<BodyKind, 'type' | 'heldPerByte'> {
  readonly read: ReadBody;
}

function kindFor(kinds: readonly OpenKind[], type: string): OpenKind {
  const found = kinds.find((kind) => kind.type.test(type));
  if (found !== undefined) return found;
  const expected = 'multipart/form-data, image/*, application/octet-stream or application/json';
  throw new HttpProblem('malformed', `Content-Type: expected ${expected}, got ${type}`);
}

function resolveFormat(c: Context, format: TranslateFormat | undefined, count: number) {
  const isContrary = format === 'png' && count > 1;
  const message = `expected ${listFormats.join(' or ')} for ${count} pictures, got png`;
  assertNone('unprocessable', isContrary ? [{ path: 'format', message }] : []);
  return format ?? negotiate(c, count > 1 ? listFormats : translateFormats);
}

export interface TranslateReaderOptions extends UploadLimits {
  readonly models: readonly Model[];
}

/** Read a request. `hold` hears how many bytes more are held for it, as they arrive. */
export type ReadTranslateRequest = (
  c: Context,
  hold: (bytes: number) => void,
) => Promise<TranslateRequest>;

/** Read requests' pictures and fields, each byte once, and refuse every fault of the fields at once. */
export function createTranslateReader({
  models,
  maxCount,
  maxUploadBytes: maxBytes,
}: TranslateReaderOptions): ReadTranslateRequest {
  const kinds = bodyKinds.map(({ createReader, ...kind }) => ({
    ...kind,
    read: createReader(maxCount),
  }));
  return async (c, hold) => {
    const type = c.req.header('Content-Type') ?? 'nothing';
    const { read, heldPerByte } = kindFor(kinds, type);
    const query = fromQuery(new URL(c.req.url).searchParams);
    const pieces = readPieces(c, { maxBytes, onBytes: (bytes) => hold(bytes * heldPerByte) });
    const { parsed, pictures } = await whileThere(c, () => read({ pieces, type, query }));
    const model = resolveModel(parsed, { models, task: 'translate' });
    assertNone(parsed.code, parsed.problems);
    if (pictures.length === 0) {
      throw new HttpProblem('malformed', 'image: expected a picture, got none');
    }
    const { format } = parsed.fields;
    return { model, pictures, format: resolveFormat(c, format, pictures.length) };
  };
}
