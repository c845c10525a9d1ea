import { InputError, type Problem } from '@ganvas/core';
import type { Context } from 'hono';
import { PictureError } from './decode-picture.js';
import { RenderError } from './renderer.js';

/** What can be wrong, and its status. */
const statuses = {
  malformed: 400,
  'unknown-route': 404,
  'unknown-model': 404,
  'method-not-allowed': 405,
  'not-acceptable': 406,
  'too-large': 413,
  'not-a-picture': 415,
  unprocessable: 422,
  // Nobody reads this answer; the number is the one that logs know.
  aborted: 499,
  failed: 500,
  'queue-full': 503,
  draining: 503,
  loading: 503,
} as const;

export type ProblemCode = keyof typeof statuses;

const titles: Record<(typeof statuses)[ProblemCode], string> = {
  400: 'Bad Request',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  499: 'Client Closed Request',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** Seconds after which to try again. A queue empties in far less; loading takes about as long. */
const retryAfterSeconds: Partial<Record<ProblemCode, number>> = {
  'queue-full': 1,
  draining: 5,
  loading: 1,
};

/** A request that is not answered with what it asked for. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly code: ProblemCode;
  readonly problems: readonly Problem[];

  constructor(
    code: ProblemCode,
    detail: string,
    options: { readonly problems?: readonly Problem[]; readonly cause?: unknown } = {},
  ) {
    super(detail, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.problems = options.problems ?? [];
  }
}

const sentence = ({ path, message }: Problem): string =>
  path === '' ? message : `${path}: ${message}`;

/** Make one of several: its text names them all. */
export const toHttpProblem = (code: ProblemCode, problems: readonly Problem[]): HttpProblem =>
  new HttpProblem(code, problems.map(sentence).join('; '), { problems });

/** Throw for the problems found, if any, all of them in one. */
export function assertNone(code: ProblemCode, problems: readonly Problem[]): void {
  if (problems.length > 0) throw toHttpProblem(code, problems);
}

function toProblem(error: Error): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof RenderError && error.code !== 'failed') {
    return new HttpProblem(error.code, error.message);
  }
  if (error instanceof PictureError) return new HttpProblem(error.code, error.message);
  if (error instanceof InputError) {
    return new HttpProblem('unprocessable', error.message, { problems: error.problems });
  }
  // Whatever this error says may hold a path or a stack: its text goes to `onError`, not outside.
  return new HttpProblem('failed', 'the model could not be run; the server has noted why');
}

/** What is told of an error (RFC 9457). */
export function describeProblem(error: Error) {
  const { code, message, problems } = toProblem(error);
  const status = statuses[code];
  const errors = problems.length > 0 && { errors: problems };
  return { type: 'about:blank', title: titles[status], status, code, detail: message, ...errors };
}

/** Answer with an error as `application/problem+json`. */
export function toProblemResponse(c: Context, error: Error): Response {
  const { errors, ...described } = describeProblem(error);
  const { status, code } = described;
  const body = {
    ...described,
    instance: c.req.path,
    request_id: c.get('requestId'),
    ...(errors && { errors }),
  };
  const seconds = retryAfterSeconds[code];
  return c.newResponse(JSON.stringify(body), {
    // 499 is not in Hono's list of statuses, though it is a valid one.
    status: status as 500,
    headers: {
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      ...(seconds !== undefined && { 'Retry-After': String(seconds) }),
    },
  });
}

/** Whether an error is a fault of the server, which its owner wants to hear of. */
export const isServerFault = (error: Error): boolean => toProblem(error).code === 'failed';
