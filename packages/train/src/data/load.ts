import {
  loadOpenmojiLabels,
  loadOpenmojiPairs,
  loadOpenmojiPictures,
  loadOpenmojiUnpaired,
} from './openmoji.js';
import { openmojiPalette } from './openmoji-palette.js';
import { loadLabelFiles, loadPairFiles } from './pair-files.js';
import { loadFolder, loadUnpairedFolders } from './picture-folders.js';
import type { LoadOptions, Pairs, Pictures, Unpaired } from './pictures.js';
import { findClasses, type LabelPairs, type SemanticClass } from './semantic-classes.js';
import { findSource, type SourceTable } from './source-table.js';

type Load<T> = (source: string, options: LoadOptions) => Promise<T>;

const pairs: SourceTable<Load<Pairs>> = {
  openmoji: loadOpenmojiPairs,
  'pairs:<path>': loadPairFiles,
};
interface LabelSource {
  readonly load: Load<Pairs>;
  /** The classes of what is learned from. */
  classesOf(learned: Pairs): readonly SemanticClass[];
}
const labels: SourceTable<LabelSource> = {
  'openmoji-labels': { load: loadOpenmojiLabels, classesOf: () => openmojiPalette },
  'pairs:<path>': {
    load: loadLabelFiles,
    classesOf: ({ input, source }) => findClasses(input, source),
  },
};
const unpaired: SourceTable<Load<Unpaired>> = {
  openmoji: loadOpenmojiUnpaired,
  'unpaired:<path>': loadUnpairedFolders,
};
const pictures: SourceTable<Load<Pictures>> = {
  openmoji: loadOpenmojiPictures,
  'folder:<path>': loadFolder,
};

/** What a translator learns from, and the sources that give it, as help texts list them. */
export const pictureSources = {
  pairs: Object.keys(pairs),
  labels: Object.keys(labels),
  unpaired: Object.keys(unpaired),
  pictures: Object.keys(pictures),
} as const satisfies Record<string, readonly string[]>;

const loadFrom =
  <T>(table: SourceTable<Load<T>>): Load<T> =>
  async (source, options) => {
    const { load, path } = findSource(table, source);
    return load(path, options);
  };

/** Load pairs from `openmoji` (outlines to colors) or `pairs:<path>`. */
export const loadPairs = loadFrom(pairs);

/**
 * Load semantic maps and their pictures from `openmoji-labels` or `pairs:<path>`. Those of the training split come with
 * their classes; a test split is measured by the same ones, so it may have fewer colors, or others.
 */
export function loadLabelPairs(
  source: string,
  options: LoadOptions & { readonly split: 'train' },
): Promise<LabelPairs>;
export function loadLabelPairs(source: string, options: LoadOptions): Promise<Pairs>;
export async function loadLabelPairs(
  source: string,
  options: LoadOptions,
): Promise<Pairs | LabelPairs> {
  const { load: found, path } = findSource(labels, source);
  const pairs = await found.load(path, options);
  return options.split === 'train' ? { ...pairs, classes: found.classesOf(pairs) } : pairs;
}

/** Load the pictures of two domains from `openmoji` or `unpaired:<path>`. */
export const loadUnpaired = loadFrom(unpaired);

/** Load pictures alone from `openmoji` (those in color) or `folder:<path>`. */
export const loadPictures = loadFrom(pictures);
