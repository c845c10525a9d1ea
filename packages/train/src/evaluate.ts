import { InputError, type ModelDescription, type Pixels, pictureAt } from '@ganvas/core';
import { contactSheet } from './contact-sheet.js';
import type { Split } from './data/dataset.js';
import {
  type Baseline,
  copyInput,
  type DrawnShape,
  onWhite,
  paintMeanColor,
} from './evaluation/baselines.js';
import { type ChosenMetrics, chooseMetrics, type LeftOut } from './evaluation/choose-metrics.js';
import { type OpenTranslators, openTranslators } from './evaluation/open-translator.js';
import { classesOf } from './evaluation/picture-classes.js';
import { loadQuestions, type Questions } from './evaluation/questions.js';
import { listFeatures, startTally, type Tally, type Views } from './evaluation/tally.js';
import { type MetricName, metricNames } from './metrics/index.js';
import type { Measure, View } from './metrics/metric.js';

/** What evaluation says while it goes. Times are in milliseconds. */
export type EvaluateEvent =
  /** Comparisons of a run's export with tfjs; it starts anew for the second of two models. */
  | { readonly type: 'export'; readonly done: number; readonly total: number }
  | { readonly type: 'load'; readonly done: number; readonly total: number }
  | {
      readonly type: 'picture';
      readonly done: number;
      readonly total: number;
      readonly remainingMs: number;
    };

export interface EvaluateOptions {
  /** The folder of a run, the folder of a model, or an `.onnx` file that Ganvas exported. */
  readonly target: string;
  /** A data source of what the translator was learned from: `openmoji`, `pairs:<folder>`. */
  readonly data: string;
  /** Default `test`: pictures that were not learned from. */
  readonly split?: Split;
  /** Default: all that the data and the model allow. One that is named and cannot be had is an error. */
  readonly metrics?: readonly MetricName[];
  /** The first so many pictures; default all. */
  readonly count?: number;
  /** Rows of the contact sheet, default 8. */
  readonly sheetRows?: number;
  /** Stops after the picture in hand: the table is then of those that are done. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: EvaluateEvent) => void;
}

/**
 * The model, and what would be if there were none: the input as it is, or the mean color of its class over the
 * training pictures. Where pictures have no classes (`pairs:`, `unpaired:`) it is the mean color of all of them.
 */
export const evaluatedRows = ['model', 'copy', 'classMeanColor'] as const;
export type EvaluatedRow = (typeof evaluatedRows)[number];

/** The measures of one row: means over the pictures, or of their set. */
type RowMeasures = Readonly<Partial<Record<MetricName, Measure>>>;

/** A baseline that could not be had, and why: a set to measure on need not have a training split. */
interface LeftOutRow {
  readonly row: EvaluatedRow;
  readonly reason: string;
}

/** A table of measures, and what was measured. */
export interface Evaluation {
  readonly model: {
    readonly name: string;
    readonly version: number;
    readonly sha256: string;
  };
  readonly data: string;
  readonly split: Split;
  /** Pictures that were translated. */
  readonly count: number;
  readonly width: number;
  readonly height: number;
  /** The columns, in order. */
  readonly metrics: readonly MetricName[];
  readonly rows: Readonly<Record<EvaluatedRow, RowMeasures>>;
  /** Metrics and rows that could not be had, and why. Such a row has no values. */
  readonly leftOut: readonly (LeftOut | LeftOutRow)[];
  readonly elapsedMs: number;
  /** Mean time of one translation. */
  readonly translateMs: number;
  readonly stopped: 'done' | 'aborted';
  /** Input | drawn | truth | returned, some pictures from all over the split. */
  readonly sheet: Pixels;
}

const isMetricName = (name: string): boolean => metricNames.some((each) => each === name);
const isCount = (x: number | undefined): boolean =>
  x === undefined || (Number.isSafeInteger(x) && x > 0);

function assertOptions({ count, sheetRows, metrics = [] }: EvaluateOptions): void {
  const known = metricNames.join(', ');
  const checks: [path: string, isGood: boolean, expected: string, got: unknown][] = [
    ['count', isCount(count), 'a whole number above 0', count],
    ['sheetRows', isCount(sheetRows), 'a whole number above 0', sheetRows],
    ['metrics', metrics.every(isMetricName), `some of ${known}`, metrics.join(', ')],
  ];
  const problems = checks
    .filter(([, isGood]) => !isGood)
    .map(([path, , expected, got]) => ({ path, message: `expected ${expected}, got ${got}` }));
  if (problems.length === 0) return;
  const list = problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
  throw new InputError(`evaluate: ${list}`, { problems });
}

/** Whether picture `index` of `count` is on a sheet of so many rows: they are spread over all. */
const isShown = (index: number, count: number, rows: number): boolean =>
  Math.floor((index * rows) / count) !== Math.floor(((index - 1) * rows) / count);

/** Lay out what was given, drawn, right and returned, as far as each is known. */
function sheetOf(shown: readonly Views[]): Pixels {
  const columns = (['input', 'drawn', 'truth', 'returned'] as const).flatMap((view) => {
    const pictures = shown.flatMap((views) => views[view] ?? []);
    const data = Buffer.concat(pictures.map((picture) => picture.data));
    return pictures[0] ? [{ ...pictures[0], count: pictures.length, data }] : [];
  });
  return contactSheet(columns);
}

type Baselines = Readonly<Partial<Record<Exclude<EvaluatedRow, 'model'>, Baseline>>>;

/** The baselines that can be had: for the mean color there must be a training split. */
async function openBaselines(
  description: ModelDescription,
  shape: DrawnShape,
  { data, ...loading }: Omit<Parameters<typeof loadQuestions>[2], 'split'> & { data: string },
): Promise<{ baselines: Baselines; leftOut: LeftOutRow[] }> {
  const copy = copyInput(shape);
  try {
    const { real } = await loadQuestions(description, data, { ...loading, split: 'train' });
    const classMeanColor = paintMeanColor(real, await classesOf(data), shape);
    return { baselines: { copy, classMeanColor }, leftOut: [] };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { baselines: { copy }, leftOut: [{ row: 'classMeanColor', reason: error.message }] };
  }
}

interface Work {
  readonly translators: OpenTranslators;
  readonly questions: Questions;
  readonly baselines: Baselines;
  readonly chosen: ChosenMetrics;
  readonly count: number;
  /** What is measured: a picture with transparency is laid on white. */
  readonly shape: DrawnShape;
}

/** Everything that is known of picture `index`, beside what a row draws; with the time that a translation took. */
async function askModel({ translators, questions, shape: { channels } }: Work, index: number) {
  const { forward, back } = translators;
  const input = questions.inputAt(index);
  const start = performance.now();
  const image = await forward.translate(input);
  const translateMs = performance.now() - start;
  const { truth } = questions;
  const known: Views = {
    input: onWhite(input, channels),
    ...(truth && { truth: onWhite(pictureAt(truth, index), channels) }),
  };
  const returned = back && { returned: onWhite(await back.translate(image), channels) };
  const answer = { drawn: onWhite(image, channels), ...returned };
  return { input, known, answer, translateMs };
}

/** Ask every question, or those before the signal comes, and tally the answers. */
async function askAll(work: Work, { signal, onEvent, sheetRows = 8 }: EvaluateOptions) {
  const { questions, baselines, chosen, count, shape } = work;
  const { names, real } = questions;
  const tallies = {
    model: startTally(chosen.names, chosen.extractors),
    copy: startTally(chosen.names, chosen.extractors),
    classMeanColor: startTally(chosen.names, chosen.extractors),
  } satisfies Record<EvaluatedRow, Tally>;
  const realFeatures = new Map(
    [...chosen.extractors].map(([open, each]) => [open, listFeatures(each)] as const),
  );
  const shown: Views[] = [];
  const startedAt = performance.now();
  let [done, translateMs] = [0, 0];
  while (done < count && !signal?.aborted) {
    const { input, known, answer, translateMs: took } = await askModel(work, done);
    translateMs += took;
    await tallies.model.add({ ...known, ...answer });
    for (const [row, draw] of Object.entries(baselines)) {
      const drawn = await draw(input, names[done] as string);
      await tallies[row as keyof typeof baselines].add({ ...known, drawn });
    }
    for (const features of realFeatures.values()) {
      if (done < real.count) await features.add(onWhite(pictureAt(real, done), shape.channels));
    }
    if (isShown(done, count, sheetRows)) shown.push({ ...known, ...answer });
    done++;
    const remainingMs = ((performance.now() - startedAt) / done) * (count - done);
    onEvent?.({ type: 'picture', done, total: count, remainingMs });
  }
  return { done, translateMs: translateMs / done, shown, tallies, realFeatures };
}

async function evaluateWith(
  translators: OpenTranslators,
  options: EvaluateOptions,
): Promise<Evaluation> {
  const startedAt = performance.now();
  const { data, split = 'test', signal, onEvent } = options;
  const { description, sha256 } = translators.forward;
  const { name, version, image } = description;
  const onProgress = (done: number, total: number) => onEvent?.({ type: 'load', done, total });
  const loading = { signal, onProgress };
  const questions = await loadQuestions(description, data, { ...loading, split });
  const count = Math.min(options.count ?? Number.POSITIVE_INFINITY, questions.names.length);
  const { width, height } = image;
  const shape = { width, height, channels: image.channels === 1 ? 1 : 3 };
  const { baselines, leftOut } = await openBaselines(description, shape, { ...loading, data });
  const views = new Set<View>(['input', 'drawn']);
  if (questions.truth) views.add('truth');
  if (translators.back) views.add('returned');
  const chosen = await chooseMetrics(options.metrics, { views, count, width, height });
  try {
    const work = { translators, questions, baselines, chosen, count, shape };
    const { done, translateMs, shown, tallies, realFeatures } = await askAll(work, options);
    if (done === 0) throw signal?.reason;
    const real = new Map([...realFeatures].map(([open, list]) => [open, list.all()]));
    return {
      model: { name, version, sha256 },
      data,
      split,
      count: done,
      width,
      height,
      metrics: chosen.names,
      rows: {
        model: tallies.model.measures(real),
        copy: tallies.copy.measures(real),
        classMeanColor: tallies.classMeanColor.measures(real),
      },
      leftOut: [...chosen.leftOut, ...leftOut],
      elapsedMs: performance.now() - startedAt,
      translateMs,
      stopped: done < count ? 'aborted' : 'done',
      sheet: sheetOf(shown),
    };
  } finally {
    for (const each of chosen.extractors.values()) await each.dispose();
  }
}

/**
 * Measure a translator on pictures that it has not learned from, beside two baselines that learn nothing. What is
 * measured is the exported file, run by onnxruntime on the CPU and drawn through core's `translatePixels`, as everywhere
 * else, at the size that it learned on. For a model of two directions (CycleGAN) that has the other one beside it,
 * pictures are translated back as well.
 *
 * Throws an InputError for a model, data or metrics that are not to be had, and the signal's reason when it comes before
 * the first picture.
 */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  assertOptions(options);
  const { target, signal, onEvent } = options;
  const translators = await openTranslators(target, {
    signal,
    onExport: ({ done, total }) => onEvent?.({ type: 'export', done, total }),
  });
  try {
    return await evaluateWith(translators, options);
  } finally {
    await translators.dispose();
  }
}
