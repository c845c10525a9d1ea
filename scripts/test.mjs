// @ts-check
// `npm test`: install what tests need, then the static checks and every test.
// The last line printed is `N passed, N failed`.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countTests, sumOf, toLine } from './count.mjs';
import { messageOf, root, run } from './process.mjs';
import { assertNode, installDependencies } from './setup.mjs';

/** @typedef {import('./count.mjs').Count} Count */

/** @param {string} what */
const failure = (what) => {
  process.stdout.write(`✗ ${what}\n`);
  return { passed: 0, failed: 1 };
};

/**
 * @param {() => Promise<unknown>} work
 * @returns {Promise<Count>} nothing to count where it succeeds: tests are what counts
 */
const prepare = (work) =>
  work().then(
    () => ({ passed: 0, failed: 0 }),
    (error) => failure(messageOf(error)),
  );

/** A browser is a must in CI; elsewhere the tests that need one say that they are skipped. */
async function prepareBrowser() {
  const { ensureBrowser } = await import('./browser.mjs');
  if (process.env['CI']) return prepare(ensureBrowser);
  await ensureBrowser().catch((error) => process.stderr.write(`${messageOf(error)}\n`));
  return { passed: 0, failed: 0 };
}

/** @param {string[]} args further arguments for vitest */
async function runVitest(args) {
  const folder = await mkdtemp(join(tmpdir(), 'ganvas-test-'));
  const file = join(folder, 'report.json');
  try {
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    const status = await run(process.execPath, [vitest, 'run', ...reporters, ...args]);
    return countTests(JSON.parse(await readFile(file, 'utf8')), status);
  } catch (error) {
    return failure(`vitest wrote no report: ${messageOf(error)}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function test() {
  const installed = await prepare(async () => {
    assertNode();
    await installDependencies();
  });
  if (installed.failed > 0) return [installed];
  const { build } = await import('./build.mjs');
  const { runChecks } = await import('./checks.mjs');
  return [
    await prepare(build),
    await prepareBrowser(),
    await runChecks(),
    await runVitest(process.argv.slice(2)),
  ];
}

const total = sumOf(await test());
process.exitCode = total.failed === 0 ? 0 : 1;
process.stdout.write(`${toLine(total)}\n`);
