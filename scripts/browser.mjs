// @ts-check
// Finds the browser that the tests drive, and installs one where there is none.
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { announce, messageOf, runOrThrow } from './process.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
const macApplications = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

const fromEnvironment = () => {
  const path = process.env['CHROME_PATH'];
  if (path && !existsSync(path)) throw new Error(`CHROME_PATH: expected a file, got ${path}`);
  return path;
};

const fromSystem = () => {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...onPath, ...(process.platform === 'darwin' ? macApplications : [])].find((path) =>
    existsSync(path),
  );
};

const fromPlaywright = async () => {
  const { chromium } = await import('playwright-core');
  const path = chromium.executablePath();
  return existsSync(path) ? path : undefined;
};

/**
 * The path of a Chrome or Chromium: `CHROME_PATH`, then the system's, then Playwright's own.
 * Undefined where there is none.
 *
 * @returns {Promise<string | undefined>}
 */
export const findBrowser = async () =>
  fromEnvironment() || fromSystem() || (await fromPlaywright());

const isRoot = () => process.getuid?.() === 0;

const isDebian = () =>
  existsSync('/etc/os-release') &&
  /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync('/etc/os-release', 'utf8'));

async function installFromDebian() {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await runOrThrow('apt-get', ['update', '-q'], { env });
  await runOrThrow('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'], {
    env,
  });
}

const installFromPlaywright = () =>
  runOrThrow('npx', [
    'playwright-core',
    'install',
    // The libraries that it needs come from the system's packages, which root may install.
    ...(isRoot() && process.platform === 'linux' ? ['--with-deps'] : []),
    'chromium',
  ]);

const installers = () =>
  isRoot() && isDebian() ? [installFromDebian, installFromPlaywright] : [installFromPlaywright];

/**
 * The path of a browser, installed first where there is none: Debian's or Ubuntu's `chromium` when
 * root, else Playwright's.
 *
 * @returns {Promise<string>}
 */
export async function ensureBrowser() {
  const found = await findBrowser();
  if (found) return found;
  for (const install of installers()) {
    try {
      await announce('installing Chromium for the browser tests', install);
      const path = await findBrowser();
      if (path) return path;
    } catch (error) {
      process.stderr.write(`${messageOf(error)}\n`);
    }
  }
  throw new Error(
    'no Chrome or Chromium: install one, or name one: CHROME_PATH=/path/to/chrome npm test',
  );
}
