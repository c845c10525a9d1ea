// @ts-check
// The static checks: each counts as one test in `npm test`.
import { readdir, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { capture, root, secondsSince } from './process.mjs';

/** @typedef {{ name: string, command: string, args: string[] }} Check */

/**
 * @param {string} name
 * @param {string} tool a program of node_modules/.bin
 * @param {...string} args
 * @returns {Check}
 */
const check = (name, tool, ...args) => ({
  name,
  command: join(root, 'node_modules', '.bin', tool),
  args,
});

const ofWorkspace = [
  check('format and lint (biome)', 'biome', 'ci', '.'),
  check('types, the tests included (tsc)', 'tsc', '-b'),
  check(
    'import direction and cycles (dependency-cruiser)',
    'depcruise',
    'packages',
    'test',
    'scripts',
    'bench',
    'examples',
  ),
  check('dead code and dependencies (knip)', 'knip'),
];

/** @param {{ name: string, folder: string, hasExports: boolean }} published */
const ofPackage = ({ name, folder, hasExports }) => [
  check(`${name} is well formed for npm (publint)`, 'publint', 'run', folder, '--strict'),
  ...(hasExports
    ? [
        check(
          `${name} has types that resolve (attw)`,
          'attw',
          '--pack',
          folder,
          '--profile',
          'esm-only',
        ),
      ]
    : []),
];

async function publishedPackages() {
  const names = await readdir(join(root, 'packages'));
  const manifests = await Promise.all(
    names.sort().map(async (directory) => {
      const folder = join('packages', directory);
      const text = await readFile(join(root, folder, 'package.json'), 'utf8');
      return { folder, manifest: JSON.parse(text) };
    }),
  );
  return manifests
    .filter(({ manifest }) => !manifest.private)
    .map(({ folder, manifest }) => ({
      name: String(manifest.name),
      folder,
      hasExports: 'exports' in manifest,
    }));
}

/**
 * Run one check and print a line; all that it says too, where it does not hold.
 *
 * @param {Check} check
 */
async function holds({ name, command, args }) {
  const start = performance.now();
  const { status, output } = await capture(command, args);
  const isGood = status === 0;
  const said = isGood ? '' : `${output.trimEnd()}\n`;
  process.stdout.write(`${said}${isGood ? '✓' : '✗'} ${name}: ${secondsSince(start)}\n`);
  return isGood;
}

/**
 * Run every check, as many at a time as there are cores.
 *
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function runChecks() {
  const waiting = [...ofWorkspace, ...(await publishedPackages()).flatMap(ofPackage)];
  const count = { passed: 0, failed: 0 };
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      count[(await holds(next)) ? 'passed' : 'failed'] += 1;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return count;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { passed, failed } = await runChecks();
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  process.exitCode = failed === 0 ? 0 : 1;
}
