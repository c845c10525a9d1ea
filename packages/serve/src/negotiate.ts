import type { Context } from 'hono';
import { accepts } from 'hono/accepts';
import { HttpProblem } from './problem.js';

type Match = NonNullable<Parameters<typeof accepts>[1]['match']>;
type Accept = Parameters<Match>[0][number];

/** The media type of each format. */
export const mediaTypes = {
  png: 'image/png',
  json: 'application/json',
  ndjson: 'application/x-ndjson',
} as const;

type AnyFormat = keyof typeof mediaTypes;

/** How well a range of Accept fits a type: 3 the type itself, 2 its kind, 1 anything, 0 not at all. */
function fit(range: string, type: string): number {
  if (range === type) return 3;
  if (range === '*/*') return 1;
  return range === `${type.split('/')[0]}/*` ? 2 : 0;
}

/** The weight of a type (RFC 9110, 12.5.1): that of the range that fits it best. */
function weight(ranges: readonly Accept[], type: string): number {
  const best = ranges
    .map(({ type: range, q }) => ({ q, fits: fit(range.toLowerCase(), type) }))
    .filter(({ fits }) => fits > 0)
    .sort((a, b) => b.fits - a.fits)[0];
  return best?.q ?? 0;
}

// Hono's own match falls back to the default for what nobody accepts, where 406 is due.
const match: Match = (ranges, { supports }) => {
  const [best] = supports
    .map((type) => ({ type, q: weight(ranges, type) }))
    .filter(({ q }) => q > 0)
    .sort((a, b) => b.q - a.q);
  return best?.type ?? '';
};

/** Choose the format that Accept likes best: the first of those that there are where it is absent or does not care. */
export function negotiate<Format extends AnyFormat>(
  c: Context,
  formats: readonly [Format, ...Format[]],
): Format {
  const supports = formats.map((format) => mediaTypes[format]);
  const preferred = mediaTypes[formats[0]];
  const chosen = accepts(c, { header: 'Accept', supports, default: preferred, match });
  const format = formats.find((each) => mediaTypes[each] === chosen);
  if (format !== undefined) return format;
  throw new HttpProblem(
    'not-acceptable',
    `Accept: expected ${supports.join(' or ')}, or a wildcard`,
  );
}
