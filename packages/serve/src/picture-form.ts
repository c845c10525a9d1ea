import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { type Problem, reasonOf } from '@ganvas/core';
import { assertNone, HttpProblem } from './problem.js';
import { RenderError } from './renderer.js';

const field = 'image';

export interface PictureFormOptions {
  /** The Content-Type, which holds the boundary between the parts. */
  readonly type: string;
  readonly maxCount: number;
}

const toMalformed = (where: string, cause: unknown) =>
  new HttpProblem('malformed', `${where}: ${reasonOf(cause)}`, { cause });

function openParser(type: string, maxCount: number): BusboyInstance {
  // One more part than may be is read, to know that there are too many.
  const limits = { parts: maxCount + 1, headerPairs: 20 };
  try {
    // A part without a file name is a picture as well: `curl -F image=<cat.png` sends one.
    return new Busboy({ headers: { 'content-type': type }, limits, isPartAFile: () => true });
  } catch (error) {
    throw toMalformed('Content-Type', error);
  }
}

function assertParts(names: readonly string[], maxCount: number): void {
  const unknown = names.filter((name) => name !== field);
  assertNone(
    'malformed',
    unknown.map((path): Problem => ({ path, message: `unknown field; expected ${field}` })),
  );
  if (names.length > maxCount) {
    const message = `expected at most ${maxCount} pictures, got more`;
    assertNone('unprocessable', [{ path: field, message }]);
  }
}

async function collect(stream: Readable): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(piece as Uint8Array);
  return Buffer.concat(pieces);
}

async function feed(pieces: AsyncIterable<Uint8Array>, parser: BusboyInstance): Promise<void> {
  try {
    await pipeline(Readable.from(pieces), parser);
  } catch (error) {
    // What `pieces` refuses: a body that is too large, or too many of them in work.
    if (error instanceof HttpProblem || error instanceof RenderError) throw error;
    throw toMalformed('body: expected a form', error);
  }
}

/** Read the pictures of a form (`multipart/form-data`), each part once and as it comes. */
export async function readPictureForm(
  pieces: AsyncIterable<Uint8Array>,
  { type, maxCount }: PictureFormOptions,
): Promise<Uint8Array[]> {
  const parser = openParser(type, maxCount);
  const names: string[] = [];
  const files: Promise<Uint8Array>[] = [];
  parser.on('file', (name, stream) => {
    // A form that breaks off breaks off its last part as well. Unheard, that error would end the process.
    stream.on('error', () => undefined);
    names.push(name ?? '');
    if (name !== field || names.length > maxCount) return void stream.resume();
    const file = collect(stream);
    // A part that breaks off breaks the form off, and that is what is told.
    file.catch(() => undefined);
    files.push(file);
  });
  await feed(pieces, parser);
  assertParts(names, maxCount);
  return Promise.all(files);
}
