import { maxSeed, type Problem } from '@ganvas/core';
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

const aLabel = 'a class name or number';
/** A class, by name or number. */
export const label = z.union(
  [z.int(expected(aLabel)).nonnegative(expected(aLabel)), text(aLabel)],
  expected(aLabel),
);

export const formats = ['png', 'json'] as const;
export type Format = (typeof formats)[number];

const buildSchema = (maxCount: number) => {
  const several = expected(`1 to ${maxCount} class names or numbers`);
  return z.strictObject(
    {
      /** Default: the only model, or the first by name. */
      model: text('the name of a model').optional(),
      version: integer(1, maxSeed).optional(),
      /** Default: as many as `labels`, or 1. */
      count: integer(1, maxCount).optional(),
      /** Image i is that of seed + i. Default: drawn at random and reported. */
      seed: integer(0, maxSeed).optional(),
      /** The class of every image. */
      label: label.optional(),
      /** The class of each image. */
      labels: z.array(label, several).min(1, several).max(maxCount, several).optional(),
      /** Overrides Accept. */
      format: z.enum(formats, expected(formats.map(got).join(' or '))).optional(),
      /** Images in a row of the PNG. */
      grid: integer(1, maxCount).optional(),
    },
    expected('an object'),
  );
};

/** The fields of `/generate`, each of the right type and within its range. */
export type GenerateFields = z.infer<ReturnType<typeof buildSchema>>;

/** A value of the right type that cannot be; any other issue is of form. */
const valueIssues: ReadonlySet<string> = new Set(['too_small', 'too_big', 'invalid_value']);

/** What is wrong, with its path; `names` are the fields that there are. */
export function toProblems(issue: z.core.$ZodIssue, names: readonly string[]): Problem[] {
  const path = z.core.toDotPath(issue.path);
  if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
  const known = path === '' ? `; expected one of ${names.join(', ')}` : '';
  return issue.keys.map((key) => ({
    path: path === '' ? key : `${path}.${key}`,
    message: `unknown field${known}`,
  }));
}

/** Fields that could be read, and all that is wrong with the others. */
export interface ParsedFields {
  readonly fields: GenerateFields;
  readonly problems: readonly Problem[];
  /** `malformed` if any problem is one of form, not of value. */
  readonly code: 'malformed' | 'unprocessable';
}

/** Whether what is wrong is a value, not a form. */
export const isOfValue = ({ code, input }: z.core.$ZodIssue): boolean =>
  valueIssues.has(code) && (code !== 'invalid_value' || typeof input === 'string');

const withoutTwins = (problems: readonly Problem[]): Problem[] => [
  ...new Map(problems.map((problem) => [`${problem.path}\n${problem.message}`, problem])).values(),
];

/** Build the check of a request's fields. What is read of a faulty request serves further checks. */
export function createFieldParser(maxCount: number): (input: unknown) => ParsedFields {
  const schema = buildSchema(maxCount);
  const names = Object.keys(schema.shape);
  return (input) => {
    const result = schema.safeParse(input, { reportInput: true });
    if (result.success) return { fields: result.data, problems: [], code: 'unprocessable' };
    const { issues } = result.error;
    const faulty = new Set(issues.map(({ path }) => path[0]));
    const sound = Object.entries(input ?? {}).filter(
      ([name]) => names.includes(name) && !faulty.has(name),
    );
    return {
      fields: schema.parse(Object.fromEntries(sound)),
      problems: withoutTwins(issues.flatMap((issue) => toProblems(issue, names))),
      code: issues.every(isOfValue) ? 'unprocessable' : 'malformed',
    };
  };
}
