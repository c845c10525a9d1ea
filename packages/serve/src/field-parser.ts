import type { Problem } from '@ganvas/core';
import * as z from 'zod';

/** Every field, and every field of a field, may be missing. */
type Sound<T> = {
  readonly [K in keyof T]?: T[K] extends readonly unknown[] | undefined ? T[K] : Partial<T[K]>;
};

/** Fields that could be read, and all that is wrong with the others. */
export interface ParsedFields<T> {
  /** Whole where there are no problems. */
  readonly fields: Sound<T>;
  readonly problems: readonly Problem[];
  /** `malformed` if any problem is one of form, not of value. */
  readonly code: 'malformed' | 'unprocessable';
}

/** A value of the right type that cannot be; any other issue is of form. */
const valueIssues: ReadonlySet<string> = new Set(['too_small', 'too_big', 'invalid_value']);

const isOfValue = ({ code, input }: z.core.$ZodIssue): boolean =>
  valueIssues.has(code) && (code !== 'invalid_value' || typeof input === 'string');

/** What is wrong, with its path; `names` are the fields that there are. */
function toProblems(issue: z.core.$ZodIssue, names: readonly string[]): Problem[] {
  const path = z.core.toDotPath(issue.path);
  if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
  const known = path === '' ? `; expected one of ${names.join(', ')}` : '';
  return issue.keys.map((key) => ({
    path: path === '' ? key : `${path}.${key}`,
    message: `unknown field${known}`,
  }));
}

const withoutTwins = (problems: readonly Problem[]): Problem[] => [
  ...new Map(problems.map((problem) => [`${problem.path}\n${problem.message}`, problem])).values(),
];

const isObject = (value: unknown): value is Record<PropertyKey, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Leave out what lies at `path`; a list with a fault is left out as a whole. */
function omit(value: unknown, [key, ...rest]: readonly PropertyKey[]): unknown {
  if (!isObject(value) || key === undefined) return {};
  const { [key]: inner, ...others } = value;
  return rest.length > 0 && isObject(inner) ? { ...others, [key]: omit(inner, rest) } : others;
}

const soundPart = (input: unknown, issues: readonly z.core.$ZodIssue[]): unknown =>
  issues
    // A field that nobody knows is in nobody's way.
    .filter(({ code }) => code !== 'unrecognized_keys')
    .reduce((value, { path }) => omit(value, path), input);

/**
 * Build the check of a request's fields. What is sound in a faulty request is read all the same, so
 * that further checks can name their faults with the others. The schema must not transform.
 */
export function createFieldParser<S extends z.ZodObject>(
  schema: S,
): (input: unknown) => ParsedFields<z.infer<S>> {
  const names = Object.keys(schema.shape);
  return (input) => {
    const { data, error } = schema.safeParse(input, { reportInput: true });
    const issues = error?.issues ?? [];
    return {
      fields: (error === undefined ? data : soundPart(input, issues)) as Sound<z.infer<S>>,
      problems: withoutTwins(issues.flatMap((issue) => toProblems(issue, names))),
      code: issues.every(isOfValue) ? 'unprocessable' : 'malformed',
    };
  };
}
