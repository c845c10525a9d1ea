// Finds the browser that the tests drive, and installs one where there is none.
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { announce, runOrThrow } from './process.mjs';

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
  return [...onPath, ...(process.platform === 'darwin' ? macApplications : [])].find(existsSync);
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

const isDebian = () =>
  existsSync('/etc/debian_version') ||
  (existsSync('/etc/os-release') &&
    /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync('/etc/os-release', 'utf8')));

const installFromDebian = async () => {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await runOrThrow('apt-get', ['update', '-q'], { env, stdout: 'stderr' });
  await runOrThrow('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium'], {
    env,
    stdout: 'stderr',
  });
};

const installFromPlaywright = () =>
  runOrThrow('npx', ['playwright-core', 'install', 'chromium'], { stdout: 'stderr' });

const canUseApt = () => process.getuid?.() === 0 && isDebian() && existsSync('/usr/bin/apt-get');

/**
 * The path of a browser, installed first where there is none: Debian's or Ubuntu's `chromium` when
 * root, else Playwright's.
 *
 * @returns {Promise<string>}
 */
export async function ensureBrowser() {
  const found = await findBrowser();
  if (found) return found;
  for (const install of canUseApt()
    ? [installFromDebian, installFromPlaywright]
    : [installFromPlaywright]) {
    try {
      await announce('installing Chromium for the browser tests', install);
      const path = await findBrowser();
      if (path) return path;
    } catch (error) {
      process.stderr.write(`${error.message}\n`);
    }
  }
  throw new Error(
    'no Chrome or Chromium: install one, or name one that is installed: CHROME_PATH=/path/to/chrome npm test',
  );
}
