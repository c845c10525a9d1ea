import { type Context, Hono } from 'hono';
import type { TimingVariables } from 'hono/timing';
import { describeOrigin, setDescription, setTimings } from './answer-headers.js';
import { toDataUrl } from './data-url.js';
import type { Model } from './model.js';
import { mediaTypes } from './negotiate.js';
import { createOutcomes } from './outcomes.js';
import { describeProblem, isServerFault } from './problem.js';
import { RenderError, type Rendered, type Renderer } from './renderer.js';
import { toStream } from './text-stream.js';
import {
  createTranslateReader,
  type TranslateReaderOptions,
  type TranslateRequest,
} from './translate-request.js';
import { createUploadBudget, type UploadShare } from './upload-budget.js';

export interface TranslateRouteOptions extends TranslateReaderOptions {
  readonly renderer: Renderer;
  readonly maxPixels: number;
  readonly onError?: ((error: Error, requestId: string) => void) | undefined;
}

/** Of one request: enough for the 4 children that a server has at most by default, and far from the whole queue. */
const picturesAtOnce = 4;
/** So many of the largest uploads may be in work: a quarter of it as JSON, which is held several times over. */
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
  return c.body(toStream(streams[format === 'png' ? 'json' : format](answer), { onEnd }));
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
  const readRequest = createTranslateReader(options);

  async function prepare(c: Context, share: UploadShare, signal: AbortSignal): Promise<Answer> {
    const request = await readRequest(c, share.add);
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
    const share = budget.open();
    const gone = new AbortController();
    const end = () => {
      gone.abort();
      share.release();
    };
    try {
      const answer = await prepare(c, share, AbortSignal.any([c.req.raw.signal, gone.signal]));
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
