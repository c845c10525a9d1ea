// @ts-check
// What `npm start` and `npm test` need first. Node built-ins only: nothing is installed yet.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { announce, root, runOrThrow } from './process.mjs';

/** The oldest minor version by major version; majors that are not listed are newer or refused. */
const oldestMinor = new Map([
  [20, 19],
  [22, 12],
]);

/** Throws where this Node cannot run Ganvas; the message says which one can. */
export function assertNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (minor >= (oldestMinor.get(major) ?? (major > 22 ? 0 : Number.POSITIVE_INFINITY))) return;
  throw new Error(
    `Ganvas needs Node 20.19 or newer (22: 22.12 or newer), and this is ${version}: get one at https://nodejs.org, then run this command again`,
  );
}

/**
 * @typedef {{ version?: string, link?: boolean, optional?: boolean, devOptional?: boolean, peer?: boolean }} Locked
 * @typedef {{ packages: Record<string, Locked> }} Lock
 */

/**
 * @param {string} file
 * @returns {Promise<Lock | undefined>} undefined where the file is not there
 */
const readLock = (file) =>
  readFile(join(root, file), 'utf8').then(
    (text) => JSON.parse(text),
    () => undefined,
  );

/**
 * Whether every package of package-lock.json is installed in its version. Compared by content: a
 * checkout changes the file's date and not what it asks for. Optional ones depend on the platform.
 */
async function isInstalled() {
  const [wanted, installed] = await Promise.all([
    readLock('package-lock.json'),
    readLock('node_modules/.package-lock.json'),
  ]);
  if (!wanted || !installed) return false;
  return Object.entries(wanted.packages)
    .filter(([path]) => path.includes('node_modules/'))
    .filter(([, { optional, devOptional, peer }]) => !optional && !devOptional && !peer)
    .every(
      ([path, { version }]) =>
        installed.packages[path]?.version === version && path in installed.packages,
    );
}

/** Install the dependencies with `npm ci` unless they are there in the versions of the lock file. */
export async function installDependencies() {
  if (await isInstalled()) return;
  await announce('installing dependencies (npm ci, a minute or two the first time)', () =>
    runOrThrow('npm', ['ci', '--no-audit', '--no-fund']),
  );
}
