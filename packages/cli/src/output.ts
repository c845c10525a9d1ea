/** What was asked for, to stdout. */
export const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** One JSON value on a line of stdout. */
export const printJson = (value: unknown): void => print(JSON.stringify(value));

/** What a person may want to know meanwhile, to stderr. */
export const note = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

/** Rows of two cells, the second ones under each other. */
export function toTable(rows: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(0, ...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join('\n');
}
