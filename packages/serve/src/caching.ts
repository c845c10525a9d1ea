import { createHash } from 'node:crypto';
import type { Context } from 'hono';

/** `Cache-Control` of what is the same for ever under its address. */
export const forever = 'public, max-age=31536000, immutable';

/** A tag for what follows from this text alone. */
export const toETag = (text: string): string =>
  `"${createHash('sha256').update(text).digest('base64url')}"`;

/** Whether If-None-Match names the tag (RFC 9110, 13.1.2). */
export function isNoneMatch(c: Context, etag: string): boolean {
  const given = c.req.header('If-None-Match')?.split(',') ?? [];
  return given.some((each) => ['*', etag].includes(each.trim().replace(/^W\//, '')));
}
