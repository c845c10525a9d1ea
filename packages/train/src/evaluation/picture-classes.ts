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

/** The folder that a picture lies in: `cats` of `cats/tom`. */
const folderOf: ClassOf = (name) => (name.includes('/') ? name.split('/')[0] : undefined);

/** The classes of a data source's pictures: OpenMoji's groups, the sub-folders of a folder; others have none. */
export async function classesOf(source: string): Promise<ClassOf> {
  if (/^openmoji\b/.test(source)) return openmojiGroups();
  return source.startsWith('folder:') ? folderOf : () => undefined;
}
