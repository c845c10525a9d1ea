import { exportRun } from '@ganvas/train';
import type { Command } from 'commander';
import { print, printJson, toTable } from '../output.js';

interface Flags {
  readonly to: string;
  readonly license: string;
  readonly json: boolean;
}

async function exportModel(run: string, { to, license, json }: Flags): Promise<void> {
  const { dir, manifest, parity } = await exportRun(run, { to, license });
  if (json) {
    printJson({ dir, parity, manifest });
    return;
  }
  const rows = parity.map(({ batch, maxAbsDifference }): [string, string] => [
    `batch ${batch}`,
    `differs from tfjs by at most ${maxAbsDifference.toExponential(1)}`,
  ]);
  print(toTable([...rows, ['model', `${dir}, version ${manifest.version}`]]));
}

export const define = (command: Command): Command =>
  command
    .argument('<run>', 'the folder that "ganvas train --out" wrote')
    .requiredOption('--to <path>', "the model's folder, <repository>/<name>")
    .option('--license <name>', 'written into the manifest', 'UNLICENSED')
    .option('--json', 'print one JSON object', false)
    .action(exportModel);
