import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, relative } from 'node:path';
import { InputError } from '@ganvas/core';

/** A picture's file, and the file to write what is made of it to. */
export interface Translation {
  readonly input: string;
  readonly output: string;
}

export interface TranslationOptions {
  /** Folder of the outputs. */
  readonly out: string;
  /** Whether folders are searched in depth; what lies deeper goes as deep into `out`. */
  readonly recursive: boolean;
  /** Whether files that are there are overwritten. An input never is. */
  readonly force: boolean;
}

const extensions: ReadonlySet<string> = new Set([
  '.avif',
  '.gif',
  '.jpeg',
  '.jpg',
  '.png',
  '.webp',
]);

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** Where a file really is; undefined where there is none. */
async function placeOf(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function picturesIn(folder: string, recursive: boolean): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive });
  const files = entries
    .filter((entry) => !entry.isDirectory() && extensions.has(extname(entry.name).toLowerCase()))
    .map((entry) => join(entry.parentPath, entry.name));
  if (files.length > 0) return files.sort();
  const list = [...extensions].join(', ');
  const next = recursive ? '' : '; --recursive looks into its folders too';
  throw new InputError(`${folder}: expected pictures (${list}), found none${next}`);
}

/** The pictures that `path` names: itself, or those in it. */
async function toTranslations(path: string, options: TranslationOptions): Promise<Translation[]> {
  const { out, recursive } = options;
  const found = await stat(path).catch((error: unknown) => {
    if (isMissing(error)) throw new InputError(`${path}: no such file or folder`, { cause: error });
    throw error;
  });
  const isFolder = found.isDirectory();
  const files = isFolder ? await picturesIn(path, recursive) : [path];
  return files.map((input) => {
    const below = isFolder ? dirname(relative(path, input)) : '';
    return { input, output: join(out, below, `${basename(input, extname(input))}.png`) };
  });
}

const quote = (problems: readonly string[], next: string): InputError => {
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return new InputError(`${problems[0]}${more}; ${next}`);
};

/** Two pictures of one name would be one file. */
function assertApart(translations: readonly Translation[]): void {
  const inputs = new Map<string, string>();
  const clashes = translations.flatMap(({ input, output }) => {
    const first = inputs.get(output);
    inputs.set(output, first ?? input);
    return first === undefined
      ? []
      : [`${input}: expected a name of its own, got ${output} as ${first}`];
  });
  if (clashes.length > 0) throw quote(clashes, 'rename one, or translate them into two folders');
}

/** No input is overwritten; other files are with `force` alone. */
function assertFree(
  outputs: readonly { readonly output: string; readonly taken: string | undefined }[],
  { inputs, force }: { readonly inputs: ReadonlySet<string>; readonly force: boolean },
): void {
  const present = outputs.filter(({ taken }) => taken !== undefined);
  const lost = present.filter(({ taken }) => inputs.has(taken as string));
  if (lost.length > 0) {
    const said = lost.map(({ output }) => `${output}: expected no input, got one`);
    throw quote(said, 'choose another --out');
  }
  if (force || present.length === 0) return;
  const said = present.map(({ output }) => `${output}: expected no such file, found one`);
  throw quote(said, 'choose another --out, or overwrite with --force');
}

/**
 * List the pictures that files and folders name, each once, with their outputs, `<name>.png`. Throws
 * an InputError before anything is made where two of them, or a file that is there, would be lost.
 */
export async function planTranslations(
  paths: readonly string[],
  options: TranslationOptions,
): Promise<Translation[]> {
  const byPlace = new Map<string, Translation>();
  for (const path of paths) {
    for (const each of await toTranslations(path, options)) {
      const place = (await placeOf(each.input)) ?? each.input;
      if (!byPlace.has(place)) byPlace.set(place, each);
    }
  }
  const translations = [...byPlace.values()];
  assertApart(translations);
  const outputs = await Promise.all(
    translations.map(async ({ output }) => ({ output, taken: await placeOf(output) })),
  );
  assertFree(outputs, { inputs: new Set(byPlace.keys()), force: options.force });
  return translations;
}
