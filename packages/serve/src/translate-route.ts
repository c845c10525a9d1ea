import { type Context, Hono } from 'hono';
import type { TimingVariables } from 'hono/timing';
import { describeOrigin, setDescription, setTimings } from './answer-headers.js';
import { toDataUrl } from './data-url.js';
import type { Model } from './model.js';
import { mediaTypes } from './negotiate.js';
import { createOutcomes } from './outcomes.js';
import { describeProblem, isServerFault } from './problem.js';
import { RenderError, type Rendered, type Renderer } from './renderer.js';
import {
  readTranslateRequest,
  type TranslateRequest,
  type UploadLimits,
} from './translate-request.js';
import { createUploadBudget } from './upload-budget.js';

export interface TranslateRouteOptions extends UploadLimits {
  readonly models: readonly Model[];
  readonly renderer: Renderer;
  readonly maxPixels: number;
  readonly onError?: ((error: Error, requestId: string) => void) | undefined;
}

/** Of one request: as many as a server has children by default, so that no request takes the whole queue. */
const picturesAtOnce = 4;
/** So many of the largest uploads may be in work. */
const uploadsAtOnce = 8;

type Translate = (picture: Uint8Array) => Promise<Rendered>;

interface Answer {
  readonly request: TranslateRequest;
  readonly origin: ReturnType<typeof describeOrigin>;
  readonly translate: Translate;
  /** Hears of a picture's failure, which is told in the answer. */
  readonly onFailure: (error: Error) => void;
}

const toEntry = ({ pictures, width, height }: Rendered) => ({
  width,
  height,
  url: toDataUrl(pictures[0] as Uint8Array),
});

/** What came of each picture: where it is, or what is wrong with it. */
function entriesOf({ request, translate, onFailure }: Answer, isOrdered: boolean) {
  const work = async (picture: Uint8Array, index: number) => {
    try {
      return { index, ...toEntry(await translate(picture)) };
    } catch (error) {
      onFailure(error as Error);
      return { index, problem: describeProblem(error as Error) };
    }
  };
  return createOutcomes(request.pictures, work, { atOnce: picturesAtOnce, isOrdered });
}

/** A line for each picture, as it is done. */
async function* toLines(answer: Answer): AsyncGenerator<string> {
  for await (const entry of entriesOf(answer, false)) yield `${JSON.stringify(entry)}\n`;
}

/** One object, sent bit by bit, since all pictures together may be longer than a text can be. */
async function* toObject(answer: Answer): AsyncGenerator<string> {
  let separator = `${JSON.stringify(answer.origin).slice(0, -1)},"images":[`;
  for await (const entry of entriesOf(answer, true)) {
    yield `${separator}${JSON.stringify(entry)}`;
    separator = ',';
  }
  yield ']}';
}

const streams = { json: toObject, ndjson: toLines } as const;

/** Send texts as they come. `onEnd` is called when all are sent or nobody waits for them any more. */
function toStream(texts: AsyncGenerator<string>, onEnd: () => void): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
    try {
      const { done, value } = await texts.next();
      if (!done) return controller.enqueue(encoder.encode(value));
      controller.close();
    } catch (error) {
      controller.error(error);
    }
    onEnd();
  };
  // Nothing ahead of the reader: what is made waits in the window of `createOutcomes` alone.
  return new ReadableStream({ pull, cancel: onEnd }, { highWaterMark: 0 });
}

function setHeaders(c: Context, { origin, request }: Answer): void {
  c.header('Vary', 'Accept', { append: true });
  c.header('Cache-Control', 'no-store');
  c.header('Content-Type', mediaTypes[request.format]);
  setDescription(c, origin);
}

/** A single picture is waited for, so that what is wrong with it is the status of the answer. */
async function answerOne(c: Context, answer: Answer): Promise<Response> {
  const { request, origin, translate } = answer;
  const rendered = await translate(request.pictures[0] as Uint8Array);
  setHeaders(c, answer);
  setTimings(c, rendered);
  if (request.format === 'png') return c.body(rendered.pictures[0] as Uint8Array<ArrayBuffer>);
  const entry = { index: 0, ...toEntry(rendered) };
  if (request.format === 'json') return c.body(JSON.stringify({ ...origin, images: [entry] }));
  return c.body(`${JSON.stringify(entry)}\n`);
}

function answerSeveral(c: Context, answer: Answer, onEnd: () => void): Response {
  const { format } = answer.request;
  setHeaders(c, answer);
  return c.body(toStream(streams[format === 'png' ? 'json' : format](answer), onEnd));
}

function deviceFor({ manifest }: Model, renderer: Renderer) {
  const device = renderer.deviceOf(manifest.name);
  if (renderer.state === 'draining') throw new RenderError('draining', 'the server is stopping');
  if (device === undefined) throw new RenderError('loading', 'the models are still loading');
  return device;
}

/** `POST /translate`: pictures in a form, as the body itself or as data URLs. */
export function createTranslateRoute(options: TranslateRouteOptions) {
  const { renderer, maxPixels, maxUploadBytes, onError } = options;
  const budget = createUploadBudget(uploadsAtOnce * maxUploadBytes);

  async function prepare(c: Context, signal: AbortSignal): Promise<Answer> {
    const request = await readTranslateRequest(c, options);
    const model = request.model.manifest.name;
    return {
      request,
      origin: describeOrigin(request.model, { device: deviceFor(request.model, renderer) }),
      translate: (picture) =>
        renderer.render({ task: 'translate', model, picture, maxPixels }, { signal }),
      onFailure: (error) => {
        if (isServerFault(error)) onError?.(error, c.get('requestId'));
      },
    };
  }

  return new Hono<{ Variables: TimingVariables }>().post('/translate', async (c) => {
    const length = Number(c.req.header('Content-Length') ?? maxUploadBytes);
    const release = budget.reserve(Math.min(length, maxUploadBytes));
    const gone = new AbortController();
    const end = () => {
      gone.abort();
      release();
    };
    try {
      const answer = await prepare(c, AbortSignal.any([c.req.raw.signal, gone.signal]));
      if (answer.request.pictures.length > 1) return answerSeveral(c, answer, end);
      const response = await answerOne(c, answer);
      end();
      return response;
    } catch (error) {
      end();
      throw error;
    }
  });
}
