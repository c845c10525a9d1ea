import type { Problem } from '@ganvas/core';

/** A server refused. A caller branches on `status`: 429 and 503 say when to try again. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  /** Every field that was wrong, with its path. */
  readonly problems: readonly Problem[];
  /** Seconds to wait, where the server said so. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    message: string,
    { status, problems = [], retryAfterSeconds }: Pick<HttpError, 'status'> & Partial<HttpError>,
  ) {
    super(message);
    this.status = status;
    this.problems = problems;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Problem details (RFC 9457), as far as they are read here. */
interface ProblemDetails {
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly Problem[];
}

async function toHttpError(response: Response, where: string): Promise<HttpError> {
  const isProblem = response.headers.get('content-type')?.includes('json') ?? false;
  const { title, detail, errors }: ProblemDetails = isProblem
    ? await response.json().catch(() => ({}))
    : {};
  const said = detail ?? title ?? (response.statusText || 'no reason given');
  const wait = Number.parseFloat(response.headers.get('retry-after') ?? '');
  return new HttpError(`${where}: ${response.status}: ${said}`, {
    status: response.status,
    problems: errors ?? [],
    retryAfterSeconds: Number.isNaN(wait) ? undefined : wait,
  });
}

/** Fetch, and throw unless the answer is a success: an HttpError, or what to do where there is no answer. */
export async function fetchOk(url: string, init: RequestInit): Promise<Response> {
  const where = `${init.method ?? 'GET'} ${url}`;
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (cause) {
    if (init.signal?.aborted) throw init.signal.reason;
    throw new Error(
      `${where}: no answer: check the address, that the server runs, and that it lets this page's origin in (CORS)`,
      { cause },
    );
  }
  if (!response.ok) throw await toHttpError(response, where);
  return response;
}

/** `GET url`, as `fetchOk`. */
const getOk = (url: string, signal?: AbortSignal): Promise<Response> =>
  fetchOk(url, signal ? { signal } : {});

/** `GET url` as JSON. */
export async function getJson(url: string, signal?: AbortSignal): Promise<unknown> {
  const response = await getOk(url, signal);
  try {
    return await response.json();
  } catch (cause) {
    throw new Error(`GET ${url}: expected JSON, got something else`, { cause });
  }
}
