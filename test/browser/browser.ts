import { type Browser, chromium } from 'playwright-core';
import { findBrowser } from '../../scripts/browser.mjs';

const quiet = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Which adapter the browser has: none, or Chromium's software one. */
const adapters = {
  none: [],
  software: ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
} as const;

export type Adapter = keyof typeof adapters;

const executablePath = await findBrowser();

/**
 * Why browser tests are skipped here; false where a browser was found. Under CI a missing browser
 * is a failure, so there the tests run and fail.
 */
export const noBrowser: string | false =
  executablePath === undefined && !process.env['CI']
    ? 'no Chrome or Chromium: install one, or set CHROME_PATH'
    : false;

/** Start a browser. Close it in the test that started it. */
export async function launchBrowser(adapter: Adapter): Promise<Browser> {
  if (executablePath === undefined) {
    throw new Error('browser tests: expected a Chrome or Chromium; set CHROME_PATH');
  }
  return await chromium.launch({ executablePath, args: [...quiet, ...adapters[adapter]] });
}
