import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { packageFolder } from '../data/dataset.js';

/** The class of a picture by its name; undefined where it has none. */
export type ClassOf = (name: string) => string | undefined;

const groupsSchema = z.array(z.object({ hexcode: z.string(), group: z.string() }));

/** OpenMoji's own groups: `animals-nature`, `food-drink`. */
async function openmojiGroups(): Promise<ClassOf> {
  const path = join(packageFolder('openmoji'), 'data', 'openmoji.json');
  const symbols = groupsSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  const groups = new Map(symbols.map(({ hexcode, group }) => [hexcode, group]));
  return (name) => groups.get(name);
}

/** The classes of a data source's pictures: OpenMoji's groups; other sources of pairs have none. */
export const classesOf = async (source: string): Promise<ClassOf> =>
  /^openmoji\b/.test(source) ? openmojiGroups() : () => undefined;
