import { type ExportedModel, exportRun, type NormChange } from '@ganvas/train';
import { type Command, Option } from 'commander';
import { print, printJson, toTable } from '../output.js';
import { withProgress } from '../progress.js';

interface Flags {
  readonly to: string;
  readonly license: string;
  readonly weights?: 'fp16';
  readonly json: boolean;
}

type Row = [string, string];

const toNormText = (change: NormChange): string =>
  'unknown' in change
    ? `their effect on a picture is not known: ${change.unknown}`
    : `move a picture by ${((change.meanAbsDifference * 255) / 2).toFixed(2)} of 255 on average`;

const toRows = ({ dir, manifest, parity, rounding, normChange }: ExportedModel): Row[] => [
  ...parity.map(
    ({ batch, width, height, maxAbsDifference }): Row => [
      manifest.task === 'sample' ? `batch ${batch}` : `${width} x ${height}, batch ${batch}`,
      `differs from tfjs by at most ${maxAbsDifference.toExponential(1)}`,
    ],
  ),
  ...(rounding
    ? [['fp16 weights', `move a picture by at most ${rounding.maxSteps.toFixed(2)} of 255`] as Row]
    : []),
  ...(normChange ? [['running statistics', toNormText(normChange)] as Row] : []),
  ['model', `${dir}, version ${manifest.version}`],
];

async function exportModels(run: string, { to, license, weights, json }: Flags): Promise<void> {
  const models = await withProgress(
    'comparing with tfjs',
    (progress) =>
      exportRun(run, {
        to,
        license,
        ...(weights && { weights }),
        onProgress: ({ done, total }) => progress(done / total, `${done} of ${total}`),
      }),
    { afterMs: 2000 },
  );
  for (const model of models) {
    if (json) printJson(model);
    else print(toTable(toRows(model)));
  }
}

export const define = (command: Command): Command =>
  command
    .argument('<run>', 'the folder that "ganvas train --out" wrote')
    .requiredOption('--to <path>', "the model's folder, <repository>/<name>")
    .option('--license <name>', 'written into the manifest', 'UNLICENSED')
    .addOption(
      new Option(
        '--weights <type>',
        'store weights in half the bytes; all is computed in fp32 (default: fp32)',
      ).choices(['fp16']),
    )
    .option('--json', 'print a line of JSON for each model', false)
    .action(exportModels);
