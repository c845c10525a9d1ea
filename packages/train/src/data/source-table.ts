import { InputError } from '@ganvas/core';

/** Loaders by how help texts write their sources: `mnist`, or `idx:<folder>` for those that take a path. */
export type SourceTable<Load> = Readonly<Record<string, Load>>;

/** Find the loader of a source, and the path that it is given ('' where it takes none). */
export function findSource<Load>(
  table: SourceTable<Load>,
  source: string,
): { load: Load; path: string } {
  const [name, ...rest] = source.split(':');
  const path = rest.join(':');
  for (const [form, load] of Object.entries(table)) {
    const [known, placeholder] = form.split(':');
    if (name === known && (placeholder === undefined) === (path === '')) return { load, path };
  }
  throw new InputError(
    `data: expected ${Object.keys(table).join(' or ')}, got ${JSON.stringify(source)}`,
  );
}
