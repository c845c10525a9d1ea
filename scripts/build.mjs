// @ts-check
// Compiles every package, builds the playground page, and puts it where the command finds it.
import { cp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { announce, root, runOrThrow } from './process.mjs';

// These refer to every other package.
const entries = ['packages/cli', 'packages/playground'];

// What the page is made of: its own sources, and the packages that are bundled into it.
const inputs = [
  'packages/playground',
  'packages/client/dist',
  'packages/core/dist',
  'package-lock.json',
];
const page = 'packages/playground/dist';
const shipped = 'packages/cli/dist/playground';

/**
 * @param {string} path from the repository's folder
 * @returns {Promise<number>} when the newest file in it changed, in ms; 0 where there is none
 */
async function newest(path) {
  const found = await stat(join(root, path)).catch(() => undefined);
  if (!found?.isDirectory()) return found?.mtimeMs ?? 0;
  const names = await readdir(join(root, path));
  const times = names
    .filter((name) => !['node_modules', 'dist'].includes(name) && !name.endsWith('.tsbuildinfo'))
    .map((name) => newest(`${path}/${name}`));
  return Math.max(0, ...(await Promise.all(times)));
}

async function isPageCurrent() {
  const [built, ...sources] = await Promise.all([
    newest(`${shipped}/index.html`),
    ...inputs.map(newest),
  ]);
  return built > Math.max(...sources);
}

async function buildPage() {
  await runOrThrow('npm', ['run', '--silent', 'build', '--workspace', '@ganvas/playground']);
  await rm(join(root, shipped), { recursive: true, force: true });
  await cp(join(root, page), join(root, shipped), { recursive: true });
}

/** Build what changed since the last time. */
export async function build() {
  await announce('compiling the packages', () =>
    runOrThrow(process.execPath, ['node_modules/typescript/bin/tsc', '-b', ...entries]),
  );
  if (await isPageCurrent()) return;
  await announce('building the playground page', buildPage);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build();
