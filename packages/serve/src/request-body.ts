import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HttpProblem } from './problem.js';

const gone = () => new HttpProblem('aborted', 'the client went away');
const notJson = ({ message }: SyntaxError) =>
  new HttpProblem('malformed', `body: expected JSON: ${message}`);

/** Read; a client that is gone meanwhile has only itself to blame. */
async function whileThere<T>(c: Context, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!c.req.raw.signal.aborted) throw error;
    throw gone();
  }
}

/** Refuse a body that is larger. */
export function limitBody(maxBodyBytes: number): MiddlewareHandler {
  const limit = bodyLimit({
    maxSize: maxBodyBytes,
    onError: () => {
      throw new HttpProblem('too-large', `body: expected at most ${maxBodyBytes} bytes`);
    },
  });
  return (c, next) => whileThere(c, async () => limit(c, next));
}

/** The body as JSON; anything else is refused. */
export async function readJson(c: Context): Promise<unknown> {
  const type = c.req.header('Content-Type') ?? 'nothing';
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw new HttpProblem('malformed', `Content-Type: expected application/json, got ${type}`);
  }
  const text = await whileThere(c, () => c.req.text());
  try {
    return JSON.parse(text);
  } catch (error) {
    throw notJson(error as SyntaxError);
  }
}
