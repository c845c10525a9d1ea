import { pictureSources } from '../data/load.js';
import { derivations } from './derivations.js';
import { loadDerived } from './load-derived.js';
import { loadLabels } from './load-labels.js';
import { loadPaired } from './load-pairs.js';
import type { ConditionName } from './names.js';
import type { LoadPaired } from './paired-data.js';

/** What a translator learned from pairs is given, and from which data. */
export interface Condition {
  /** The data sources as help texts list them. */
  readonly dataSources: readonly string[];
  readonly load: LoadPaired;
}

const derived = (name: keyof typeof derivations): Condition => ({
  dataSources: pictureSources.pictures,
  load: loadDerived(derivations[name]),
});

/** The conditions by name. */
export const conditions: Readonly<Record<ConditionName, Condition>> = {
  /** Pictures, as they are given. */
  pair: { dataSources: pictureSources.pairs, load: loadPaired },
  /** Semantic maps, one-hot. */
  classes: { dataSources: pictureSources.labels, load: loadLabels },
  gray: derived('gray'),
  masked: derived('masked'),
  half: derived('half'),
  quarter: derived('quarter'),
};
