import type { Pixels } from '@ganvas/core';
import { type MetricName, metrics } from '../metrics/index.js';
import {
  type FeatureExtractor,
  type Features,
  type Measure,
  meanAndDeviation,
  type SetMetric,
  type View,
} from '../metrics/metric.js';

/** Pictures beside each other, by what they are; those that are not known are absent. */
export type Views = Readonly<Partial<Record<View, Pixels>>>;

/** Features of pictures as they come. */
interface FeatureList {
  add(pixels: Pixels): Promise<void>;
  all(): Features;
}

/** The open networks of the set metrics, by the function that opens each. */
export type Extractors = ReadonlyMap<SetMetric['openFeatures'], FeatureExtractor>;

/** Collect features, one picture after another. What has been seen is not looked at again. */
export function listFeatures(extractor: FeatureExtractor): FeatureList {
  const parts: Features[] = [];
  const known = new WeakMap<Pixels, Features>();
  return {
    add: async (pixels) => {
      const found = known.get(pixels) ?? (await extractor.extract(pixels));
      known.set(pixels, found);
      parts.push(found);
    },
    all() {
      const size = parts[0]?.size ?? 0;
      const data = new Float32Array(parts.length * size);
      parts.forEach((part, i) => {
        data.set(part.data, i * size);
      });
      return { data, count: parts.length, size };
    },
  };
}

/** The measures of one row of a table: of a model, or of a baseline. */
export interface Tally {
  add(views: Views): Promise<void>;
  /** @param real the features of real pictures, by the network that found them */
  measures(
    real: ReadonlyMap<SetMetric['openFeatures'], Features>,
  ): Partial<Record<MetricName, Measure>>;
}

/** Begin a row. Metrics that compare a picture which a row does not have are absent from it. */
export function startTally(names: readonly MetricName[], extractors: Extractors): Tally {
  const values = new Map<MetricName, number[]>();
  const drawn = new Map([...extractors].map(([open, each]) => [open, listFeatures(each)]));
  const addPair = (name: MetricName, views: Views): void => {
    const metric = metrics[name];
    if (metric.kind !== 'pair') return;
    const [a, b] = metric.compares.map((view) => views[view]);
    if (!a || !b) return;
    const found = values.get(name) ?? [];
    values.set(name, found);
    found.push(metric.measure(a, b));
  };
  return {
    async add(views) {
      for (const name of names) addPair(name, views);
      if (!views.drawn) return;
      for (const features of drawn.values()) await features.add(views.drawn);
    },
    measures(real) {
      const found: [MetricName, Measure][] = [];
      for (const name of names) {
        const metric = metrics[name];
        const pairs = values.get(name);
        if (pairs) found.push([name, meanAndDeviation(pairs)]);
        if (metric.kind !== 'set') continue;
        const [mine, others] = [
          drawn.get(metric.openFeatures)?.all(),
          real.get(metric.openFeatures),
        ];
        if (!mine || !others || Math.min(mine.count, others.count) < metric.minCount) continue;
        found.push([name, metric.compare(mine, others)]);
      }
      return Object.fromEntries(found);
    },
  };
}
