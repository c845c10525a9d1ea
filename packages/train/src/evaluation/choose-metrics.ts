import { InputError } from '@ganvas/core';
import { type MetricName, metricNames, metrics } from '../metrics/index.js';
import type { FeatureExtractor, PairMetric, SetMetric, View } from '../metrics/metric.js';
import type { Extractors } from './tally.js';

/** A metric that could not be had, and why. */
export interface LeftOut {
  readonly metric: MetricName;
  readonly reason: string;
}

/** What there is to measure on. */
export interface Measurable {
  readonly views: ReadonlySet<View>;
  readonly count: number;
  readonly width: number;
  readonly height: number;
}

/** The metrics that are measured, with the networks that they need open. */
export interface ChosenMetrics {
  readonly names: readonly MetricName[];
  readonly leftOut: readonly LeftOut[];
  readonly extractors: Extractors;
}

const missing: Readonly<Record<View, string>> = {
  input: 'there is no input',
  drawn: 'nothing is drawn',
  truth: 'the data do not tell the truth',
  returned: 'there is no model of the other direction beside this one',
};

function pairFault(metric: PairMetric, { views, width, height }: Measurable): string | undefined {
  const absent = metric.compares.find((view) => !views.has(view));
  if (absent) return missing[absent];
  const { minSide = 1 } = metric;
  if (Math.min(width, height) >= minSide) return undefined;
  return `expected pictures of at least ${minSide} x ${minSide}, got ${width} x ${height}`;
}

type Opened = Map<SetMetric['openFeatures'], FeatureExtractor>;

/** Open the network of a set metric, or say why it cannot be had. */
async function setFault(
  { minCount, openFeatures }: SetMetric,
  size: Measurable,
  opened: Opened,
): Promise<string | undefined> {
  if (size.count < minCount) return `expected at least ${minCount} pictures, got ${size.count}`;
  if (opened.has(openFeatures)) return undefined;
  try {
    opened.set(openFeatures, await openFeatures(size));
    return undefined;
  } catch (error) {
    // What a person can put right is told beside the table; the rest is a fault.
    if (error instanceof InputError) return error.message;
    throw error;
  }
}

async function faultOf(name: MetricName, on: Measurable, opened: Opened) {
  const metric = metrics[name];
  return metric.kind === 'pair' ? pairFault(metric, on) : setFault(metric, on, opened);
}

/**
 * Choose the metrics that can be measured and open what they need.
 *
 * @param wanted undefined for all that there are; each of those that are named must be to be had, or an InputError
 *   lists why not
 */
export async function chooseMetrics(
  wanted: readonly MetricName[] | undefined,
  on: Measurable,
): Promise<ChosenMetrics> {
  const extractors: Opened = new Map();
  const leftOut: LeftOut[] = [];
  const names = metricNames.filter((name) => wanted?.includes(name) ?? true);
  for (const metric of names) {
    const reason = await faultOf(metric, on, extractors);
    if (reason !== undefined) leftOut.push({ metric, reason });
  }
  const problems = leftOut.map(({ metric, reason }) => ({ path: metric, message: reason }));
  if (wanted && problems.length > 0) {
    for (const each of extractors.values()) await each.dispose();
    const list = problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
    throw new InputError(`evaluate: cannot be measured: ${list}`, { problems });
  }
  const isLeftOut = (name: MetricName) => leftOut.some(({ metric }) => metric === name);
  return { names: names.filter((name) => !isLeftOut(name)), leftOut, extractors };
}
