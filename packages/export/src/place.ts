import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));

/** Code that a traced function calls and does not contain: tfjs, its gradients, this package. */
const isMachinery = (path: string): boolean =>
  path.startsWith('node:') ||
  /[\\/]@tensorflow[\\/]tfjs|[\\/](?:@ganvas|packages)[\\/]gradients[\\/]/.test(path) ||
  // Tests of this package lie beside its source, and what they trace is theirs.
  (path.startsWith(here) && !/\.test\.ts$/.test(path));

/** `    at name (path:line:column)`, or without a name and brackets. */
const framePattern = /^\s*at (?:(.*?) \()?(.+?):(\d+):\d+\)?$/;

/**
 * The innermost line of a stack that is the user's own, such as `loss (/home/me/gan.js:12)`.
 *
 * @param stack as V8 writes it
 */
export function placeOf(stack: string | undefined): string | undefined {
  for (const line of (stack ?? '').split('\n')) {
    const [, name, file, row] = framePattern.exec(line) ?? [];
    if (file === undefined) continue;
    const path = file.startsWith('file:') ? fileURLToPath(file) : file;
    if (!isMachinery(path)) return name ? `${name} (${path}:${row})` : `${path}:${row}`;
  }
  return undefined;
}

/** Run `body` with stacks of any depth: a layer's call lies deeper than the ten lines that V8 keeps. */
export function withWholeStacks<T>(body: () => T): T {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = Number.POSITIVE_INFINITY;
  try {
    return body();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
