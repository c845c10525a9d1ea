import { packageFolder } from '../data/dataset.js';
import { readSymbols } from '../data/openmoji-symbols.js';

/** The class of a picture by its name; undefined where it has none. */
export type ClassOf = (name: string) => string | undefined;

/** OpenMoji's own groups: `animals-nature`, `food-drink`. */
async function openmojiGroups(): Promise<ClassOf> {
  const symbols = await readSymbols(packageFolder('openmoji'));
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
