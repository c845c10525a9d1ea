import { writeFile } from 'node:fs/promises';
import { encodePng } from '@ganvas/serve';
import {
  type EvaluatedRow,
  type EvaluateEvent,
  type Evaluation,
  evaluate,
  evaluatedRows,
  type MetricName,
  metricNames,
  metrics,
  type RecipeName,
  recipes,
  sourcesOf,
} from '@ganvas/train';
import { type Command, InvalidArgumentError } from 'commander';
import { toDuration } from '../duration.js';
import { StoppedError } from '../failure.js';
import { withInterrupt } from '../interrupt.js';
import { integer } from '../numbers.js';
import { note, print, printJson } from '../output.js';
import { type Progress, withProgress } from '../progress.js';

interface Flags {
  readonly data: string;
  readonly metrics?: readonly MetricName[];
  readonly count?: number;
  readonly sheet?: string;
  readonly json: boolean;
}

const doing: Readonly<Record<EvaluateEvent['type'], string>> = {
  export: 'exporting the run, comparisons with tfjs',
  load: 'reading pictures',
  picture: 'translating',
};

function show(event: EvaluateEvent, progress: Progress): void {
  const { type, done, total } = event;
  const left = type === 'picture' ? `, ${toDuration(event.remainingMs)} left` : '';
  progress(done / total, `${doing[type]}, ${done} of ${total}${left}`);
}

const rowTitles: Readonly<Record<EvaluatedRow, string>> = {
  model: 'model',
  copy: 'copy of the input',
  classMeanColor: 'mean color of the class or all',
};

/** A column's head: the name, the unit, and which way is better. */
const toHead = (name: MetricName): string => {
  const { unit, better } = metrics[name];
  return `${name}${unit ? `, ${unit}` : ''} ${better === 'lower' ? '↓' : '↑'}`;
};

function toCell({ rows }: Evaluation, row: EvaluatedRow, name: MetricName): string {
  const measure = rows[row][name];
  if (!measure) return '-';
  const { value, deviation } = measure;
  const digits = metrics[name].unit === 'dB' ? 2 : 4;
  return `${value.toFixed(digits)}${deviation === undefined ? '' : ` ± ${deviation.toFixed(digits)}`}`;
}

/** Rows and columns under each other, with their heads. */
function toTable(evaluation: Evaluation): string {
  const names = evaluation.metrics;
  const lines = [
    ['', ...names.map(toHead)],
    ...evaluatedRows.map((row) => [
      rowTitles[row],
      ...names.map((name) => toCell(evaluation, row, name)),
    ]),
  ];
  const widths = lines[0]?.map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? '').length)),
  );
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths?.[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function toFacts({ model, data, split, count, width, height, ...times }: Evaluation): string {
  const { name, version, sha256 } = model;
  const { elapsedMs, translateMs } = times;
  return [
    `${name}, version ${version}, sha256 ${sha256.slice(0, 16)}, on ${count} picture(s) of ${data}`,
    `(${split} split, ${width} x ${height}) in ${toDuration(elapsedMs)}, ${translateMs.toFixed(1)} ms a translation`,
  ].join(' ');
}

/** What was measured, for programs: all but the pixels. */
function showJson({ sheet: _, ...rest }: Evaluation, sheet: string | undefined): void {
  printJson({ ...rest, ...(sheet !== undefined && { sheet }) });
}

function showTable(evaluation: Evaluation): void {
  print(toTable(evaluation));
  print(toFacts(evaluation));
  for (const left of evaluation.leftOut) {
    const what = 'metric' in left ? left.metric : rowTitles[left.row];
    note(`not measured: ${what}: ${left.reason}`);
  }
}

async function measure(target: string, flags: Flags, signal: AbortSignal): Promise<void> {
  const { sheet, json, ...options } = flags;
  const evaluation = await withProgress('evaluating', (progress) =>
    evaluate({ ...options, target, signal, onEvent: (event) => show(event, progress) }),
  ).catch((error: unknown) => {
    if (error !== signal.reason) throw error;
    throw new StoppedError('stopped before the first picture; nothing was measured');
  });
  if (sheet !== undefined) await writeFile(sheet, await encodePng(evaluation.sheet));
  if (json) showJson(evaluation, sheet);
  else showTable(evaluation);
  if (evaluation.stopped === 'aborted') {
    throw new StoppedError(`stopped after ${evaluation.count} picture(s), which the table is of`);
  }
}

function toMetrics(text: string): MetricName[] {
  return text.split(',').map((given) => {
    const found = metricNames.find((name) => name === given.trim());
    if (found) return found;
    throw new InvalidArgumentError(`Expected some of ${metricNames.join(', ')}, with commas.`);
  });
}

/** The metrics as the help lists them. */
const metricHelp = (): string =>
  metricNames.map((name) => `  ${name.padEnd(14)} ${metrics[name].title}`).join('\n');

/** What translators learn from, each source once. */
function dataHelp(): string {
  const names = (Object.keys(recipes) as RecipeName[]).filter(
    (name) => recipes[name].family !== 'gan',
  );
  return [...new Set(names.flatMap(sourcesOf))].join(', ');
}

/** What the rows of the table are that nothing was learned for. */
const rowHelp = [
  `  ${rowTitles.copy}: enlarged where the model enlarges`,
  `  ${rowTitles.classMeanColor}: of the training pictures of its class (a group of OpenMoji, a folder`,
  '    in a folder), or of all where there are no classes, as in pairs: and unpaired:',
].join('\n');

export const define = (command: Command): Command =>
  command
    .argument('<run|model>', "a run's folder, a model's folder, or an .onnx file")
    .requiredOption('--data <source>', `the data that it learned from: ${dataHelp()}`)
    .option('--metrics <names>', 'which, with commas (default: all that can be had)', toMetrics)
    .option('--count <n>', 'measure the first n pictures (default: all)', integer({ min: 1 }))
    .option('--sheet <file>', 'write input | output | truth of some of them as a PNG')
    .option('--json', 'print one JSON object', false)
    .addHelpText('after', () => `\nMetrics:\n${metricHelp()}\n\nBaselines:\n${rowHelp}`)
    .action((target: string, flags: Flags) =>
      withInterrupt('stopping after the picture in hand', (signal) =>
        measure(target, flags, signal),
      ),
    );
