import {
  loadOpenmojiLabels,
  loadOpenmojiPairs,
  loadOpenmojiPictures,
  loadOpenmojiUnpaired,
} from './openmoji.js';
import { loadLabelFiles, loadPairFiles } from './pair-files.js';
import { loadFolder, loadUnpairedFolders } from './picture-folders.js';
import type { LoadOptions, Pairs, Pictures, Unpaired } from './pictures.js';
import type { LabelPairs } from './semantic-classes.js';
import { findSource, type SourceTable } from './source-table.js';

type Load<T> = (source: string, options: LoadOptions) => Promise<T>;

const pairs: SourceTable<Load<Pairs>> = {
  openmoji: loadOpenmojiPairs,
  'pairs:<path>': loadPairFiles,
};
const labels: SourceTable<Load<LabelPairs>> = {
  'openmoji-labels': loadOpenmojiLabels,
  'pairs:<path>': loadLabelFiles,
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

/** Load semantic maps and their pictures from `openmoji-labels` or `pairs:<path>`. */
export const loadLabelPairs = loadFrom(labels);

/** Load the pictures of two domains from `openmoji` or `unpaired:<path>`. */
export const loadUnpaired = loadFrom(unpaired);

/** Load pictures alone from `openmoji` (those in color) or `folder:<path>`. */
export const loadPictures = loadFrom(pictures);
