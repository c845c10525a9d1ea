import * as z from 'zod';

const got = (input: unknown): string => {
  if (input === undefined) return 'nothing';
  const text = JSON.stringify(input) ?? String(input);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
};

/** What an issue says: what was expected, and what came instead. */
export const expected = (what: string) => ({
  error: (issue: { readonly input?: unknown }) => `expected ${what}, got ${got(issue.input)}`,
});

export const integer = (min: number, max: number) => {
  const range = expected(`an integer from ${min} to ${max}`);
  return z.int(range).min(min, range).max(max, range);
};

export const text = (what: string) => z.string(expected(what)).min(1, expected(what));

export const oneOf = <T extends string>(names: readonly T[]) =>
  z.enum(names as readonly [T, ...T[]], expected(`one of ${names.join(', ')}`));

const aLabel = 'a class name or number';
/** A class, by name or number. */
export const label = z.union(
  [z.int(expected(aLabel)).nonnegative(expected(aLabel)), text(aLabel)],
  expected(aLabel),
);

export const formats = ['png', 'json'] as const;
export type Format = (typeof formats)[number];

/** Several pictures do not fit into one PNG. */
export const listFormats = ['json', 'ndjson'] as const;
export const translateFormats = ['png', ...listFormats] as const;
export type TranslateFormat = (typeof translateFormats)[number];
