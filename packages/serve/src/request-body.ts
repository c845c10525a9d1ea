import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HttpProblem } from './problem.js';

const gone = () => new HttpProblem('aborted', 'the client went away');
const notJson = ({ message }: SyntaxError) =>
  new HttpProblem('malformed', `body: expected JSON: ${message}`);

/** Read; a client that is gone meanwhile has only itself to blame. */
export async function whileThere<T>(c: Context, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!c.req.raw.signal.aborted) throw error;
    throw gone();
  }
}

const tooLarge = (maxBytes: number) =>
  new HttpProblem('too-large', `body: expected at most ${maxBytes} bytes`);

/** Refuse a body that is larger. */
export function limitBody(maxBodyBytes: number): MiddlewareHandler {
  const limit = bodyLimit({
    maxSize: maxBodyBytes,
    onError: () => {
      throw tooLarge(maxBodyBytes);
    },
  });
  return (c, next) => whileThere(c, async () => limit(c, next));
}

export interface PieceOptions {
  readonly maxBytes: number;
  /** Hears of each piece before it is given; what it throws ends the reading. */
  readonly onBytes: (bytes: number) => void;
}

/** The body piece by piece, none of which is kept here; a larger body is refused, at once if it says so. */
export async function* readPieces(
  c: Context,
  { maxBytes, onBytes }: PieceOptions,
): AsyncGenerator<Uint8Array> {
  if (Number(c.req.header('Content-Length') ?? 0) > maxBytes) throw tooLarge(maxBytes);
  let bytes = 0;
  for await (const piece of (c.req.raw.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += piece.length;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    onBytes(piece.length);
    yield piece;
  }
}

/** Read text as JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw notJson(error as SyntaxError);
  }
}

/** The body as JSON; anything else is refused. */
export async function readJson(c: Context): Promise<unknown> {
  const type = c.req.header('Content-Type') ?? 'nothing';
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new HttpProblem('malformed', `Content-Type: expected application/json, got ${type}`);
  }
  return parseJson(await whileThere(c, () => c.req.text()));
}
