import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchOk, getJson, HttpError } from './http.js';
import { createRemoteSampler, listModels } from './remote.js';
import { type AnswerServer, startAnswerServer } from './testing/answer-server.js';

const problem = {
  title: 'Unprocessable Content',
  detail: 'label: expected one of 0, 1, got "x"',
  errors: [{ path: 'label', message: 'expected one of 0, 1, got "x"' }],
};

const glass = {
  name: 'glass',
  task: 'sample',
  version: 1,
  image: { width: 1, height: 1, channels: 4 },
};

/** What each path answers: status, headers, body. */
const answers: Readonly<Record<string, readonly [number, Record<string, string>, string]>> = {
  '/problem': [422, { 'content-type': 'application/problem+json' }, JSON.stringify(problem)],
  '/busy': [503, { 'content-type': 'text/plain', 'retry-after': '2' }, 'busy'],
  '/html': [200, { 'content-type': 'text/html' }, '<p>'],
  '/models': [200, { 'content-type': 'application/json' }, '[]'],
  '/rgba/models': [
    200,
    { 'content-type': 'application/json' },
    JSON.stringify({ models: [glass] }),
  ],
  '/base/models': [200, { 'content-type': 'application/json' }, '{"models":[{"name":"a b"}]}'],
};

describe('fetchOk', () => {
  let server: AnswerServer;
  let url: string;
  beforeAll(async () => {
    server = await startAnswerServer((request, response) => {
      const answer = answers[request.url ?? ''];
      // What is not in the table is never answered.
      if (answer) response.writeHead(answer[0], answer[1]).end(answer[2]);
    });
    url = server.url;
  });
  afterAll(() => server.close());

  const errorOf = async (path: string) => {
    const error: unknown = await fetchOk(`${url}${path}`, {}).catch((reason: unknown) => reason);
    if (error instanceof HttpError) return error;
    throw new Error(`expected an HttpError, got ${String(error)}`);
  };

  it('turns problem details into an error with its status and every problem', async () => {
    const { message, status, problems } = await errorOf('/problem');
    expect(message).toBe(`GET ${url}/problem: 422: ${problem.detail}`);
    expect({ status, problems }).toEqual({ status: 422, problems: problem.errors });
  });

  it('says when to try again where the server does, whatever the body', async () => {
    const { status, retryAfterSeconds, problems } = await errorOf('/busy');
    expect({ status, retryAfterSeconds, problems }).toEqual({
      status: 503,
      retryAfterSeconds: 2,
      problems: [],
    });
  });

  it('says what to check where nothing answers', async () => {
    const nobody = 'http://127.0.0.1:1/models';
    await expect(fetchOk(nobody, {})).rejects.toThrow(
      `GET ${nobody}: no answer: check the address`,
    );
  });

  it("rejects with the signal's own reason", async () => {
    const abort = new AbortController();
    const waiting = fetchOk(`${url}/never`, { signal: abort.signal });
    setTimeout(() => abort.abort(new Error('enough')), 20);
    await expect(waiting).rejects.toThrow('enough');
  });

  it('names the address that gave no JSON', async () => {
    await expect(getJson(`${url}/html`)).rejects.toThrow(`GET ${url}/html: expected JSON`);
  });

  it('says that an answer without models is not one of a Ganvas server', async () => {
    const wanted = 'expected a list of at least one model';
    await expect(listModels({ url })).rejects.toThrow(wanted);
    await expect(createRemoteSampler({ url })).rejects.toThrow(wanted);
  });

  it('refuses pictures with alpha unless it is told how to decode them', async () => {
    const rgba = { url: `${url}/rgba` };
    await expect(createRemoteSampler(rgba)).rejects.toThrow(
      'glass: expected pictures without alpha',
    );
    const decode = () => Promise.resolve({ width: 1, height: 1, data: new Uint8Array(4) });
    expect((await createRemoteSampler({ ...rgba, decode })).model.name).toBe('glass');
  });

  it('names every field of a model that a server describes wrongly', async () => {
    const wanted = /first: not a Ganvas model.*version: .*image\.width: /;
    await expect(createRemoteSampler({ url: `${url}/base` })).rejects.toThrow(wanted);
  });
});
