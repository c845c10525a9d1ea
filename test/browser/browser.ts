import { type Browser, chromium } from 'playwright-core';
import { describe } from 'vitest';
import { findBrowser } from '../../scripts/browser.mjs';

const quiet = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Kinds of browser: without a WebGPU adapter, with Chromium's software one, under another name, with a camera. */
const kinds = {
  plain: [],
  softwareGpu: ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
  // Localhost under a name that is not trusted as localhost is.
  insecure: ['--host-resolver-rules=MAP insecure.test 127.0.0.1'],
  // A camera that Chromium draws, and that every page may use.
  camera: ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
} as const;

const executablePath = await findBrowser();

// Under CI a missing browser is a failure: the tests run, and fail when they start it.
const isMissing = executablePath === undefined && !process.env['CI'];
const why = 'no Chrome or Chromium: install one, or set CHROME_PATH';

/** Describe tests that need a browser; where there is none, they are skipped and the title says why. */
export function describeInBrowser(title: string, tests: () => void): void {
  describe.skipIf(isMissing)(isMissing ? `${title} (skipped: ${why})` : title, tests);
}

/** Start a browser. Close it in the test that started it. */
export async function launchBrowser(kind: keyof typeof kinds): Promise<Browser> {
  if (executablePath === undefined) {
    throw new Error(`browser tests: ${why}`);
  }
  return await chromium.launch({ executablePath, args: [...quiet, ...kinds[kind]] });
}

/** For `expect.poll`: the patience that a browser on a busy machine needs. */
export const patiently = { timeout: 30_000 };
