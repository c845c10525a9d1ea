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

/** Kinds of browser: without a WebGPU adapter, with Chromium's software one, under another name. */
const kinds = {
  plain: [],
  softwareGpu: ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
  // Localhost under a name that is not trusted as localhost is.
  insecure: ['--host-resolver-rules=MAP insecure.test 127.0.0.1'],
} as const;

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
export async function launchBrowser(kind: keyof typeof kinds): Promise<Browser> {
  if (executablePath === undefined) {
    throw new Error('browser tests: expected a Chrome or Chromium; set CHROME_PATH');
  }
  return await chromium.launch({ executablePath, args: [...quiet, ...kinds[kind]] });
}
