import type { Context } from 'hono';

const syntax = /^bytes=(\d*)-(\d*)$/i;

/** A single range that RFC 9110, 14.1.2 calls valid; whether the file reaches so far is not asked. */
function isValid(range: string): boolean {
  const [, first = '', last = ''] = syntax.exec(range.trim()) ?? [];
  if (first === '') return last !== '';
  return last === '' || Number(first) <= Number(last);
}

/**
 * The Range that is to be answered with a part; undefined where the whole is due: for several ranges,
 * an invalid one or another unit (RFC 9110, 14.2), and for who resumes another file (13.1.5).
 */
export function rangeOf(c: Context, etag: string): string | undefined {
  const range = c.req.header('Range');
  const ifRange = c.req.header('If-Range');
  if (range === undefined || !isValid(range)) return undefined;
  if (ifRange !== undefined && ifRange !== etag) return undefined;
  return range.trim().toLowerCase();
}
