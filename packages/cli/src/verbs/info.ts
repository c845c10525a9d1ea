import type { Manifest } from '@ganvas/core';
import { type Model, readModel } from '@ganvas/serve';
import type { Command } from 'commander';
import { print, printJson, toTable } from '../output.js';

const toShapes = (tensors: Manifest['inputs']): string =>
  tensors.map(({ name, dtype, shape }) => `${name} ${dtype} [${shape.join(', ')}]`).join('; ');

function toTraining({ training }: Manifest): [string, string][] {
  if (training === undefined) return [];
  const { objective, data, steps, batchSize, seed, metrics } = training;
  const measured = Object.entries(metrics).map(([name, value]) => `${name} ${value}`);
  return [
    ['trained', `${objective} on ${data}, ${steps} steps of ${batchSize}, seed ${seed}`],
    ...(measured.length === 0 ? [] : [['metrics', measured.join(', ')] as [string, string]]),
  ];
}

function toRows({ dir, manifest }: Model): [string, string][] {
  const { name, version, task, inputs, outputs, labels, image, variants, opset, license } =
    manifest;
  return [
    ['name', `${name}, version ${version}`],
    ['folder', dir],
    ['task', task],
    ['inputs', toShapes(inputs)],
    ['outputs', toShapes(outputs)],
    ['image', `${image.width} x ${image.height}, ${image.channels} channel(s)`],
    ...(labels === undefined ? [] : [['labels', labels.join(', ')] as [string, string]]),
    ...variants.map(({ precision, file, bytes, sha256 }): [string, string] => [
      precision,
      `${file}, ${bytes} bytes, sha256 ${sha256}`,
    ]),
    ['opset', String(opset)],
    ...toTraining(manifest),
    ['license', license],
  ];
}

export const define = (command: Command): Command =>
  command
    .argument('<model>', "a model's folder, <repository>/<name>")
    .option('--json', 'print the manifest as one JSON object', false)
    .action(async (dir: string, { json }: { json: boolean }) => {
      const model = await readModel(dir);
      if (json) printJson({ dir: model.dir, ...model.manifest });
      else print(toTable(toRows(model)));
    });
