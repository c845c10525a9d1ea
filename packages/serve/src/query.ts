import { HttpProblem } from './problem.js';

/** Only what JSON also calls an integer: no sign but minus, no exponent, no leading zero, not empty. */
const integerText = /^-?(0|[1-9]\d*)$/;

// A text that is no integer stays a text, and the schema refuses it by name.
const toInteger = (text: string): number | string => (integerText.test(text) ? Number(text) : text);

const toText = (text: string): string => text;
const toList = (text: string): string[] => text.split(',');

/** How each field is written in a query. */
const readers: ReadonlyMap<string, (text: string) => unknown> = new Map<
  string,
  (text: string) => unknown
>([
  ['model', toText],
  ['version', toInteger],
  ['count', toInteger],
  ['seed', toInteger],
  ['label', toText],
  ['labels', toList],
  ['format', toText],
  ['grid', toInteger],
]);

/** Read the fields of `/generate` or `/translate` from a query; fields it does not know are left to the schema. */
export function fromQuery(query: URLSearchParams): Record<string, unknown> {
  const names = [...new Set(query.keys())];
  const twice = names.filter((name) => query.getAll(name).length > 1);
  if (twice.length > 0) {
    const problems = twice.map((path) => ({ path, message: 'expected once, got several times' }));
    throw new HttpProblem('malformed', `expected once: ${twice.join(', ')}`, { problems });
  }
  return Object.fromEntries(
    [...query].map(([name, text]) => [name, (readers.get(name) ?? toText)(text)]),
  );
}
