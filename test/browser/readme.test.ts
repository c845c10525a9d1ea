import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startServer } from '@ganvas/serve';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser, launchBrowser } from './browser.js';
import { buildPage } from './build-page.js';
import { modelRepository } from './models.js';

const readme = join(import.meta.dirname, '../../packages/client/README.md');

/** The code under a heading of the README. */
async function exampleUnder(heading: string): Promise<string> {
  const [, section = ''] = (await readFile(readme, 'utf8')).split(`## ${heading}\n`);
  const [, code] = /```ts\n(.*?)```/s.exec(section) ?? [];
  if (code === undefined) throw new Error(`README: expected an example under ${heading}, got none`);
  return code;
}

/** Stand in for the script of the test page. */
const withScript = (code: string) => ({
  name: 'example',
  load: (id: string) => (id.endsWith('/main.ts') ? code : null),
});

describeInBrowser('README of @ganvas/client', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser('plain');
  });
  afterAll(() => browser?.close());

  it.each([
    ['On the device', 'canvas'],
    ['From a server', 'img'],
  ])('shows nine pictures with the example "%s"', async (heading, element) => {
    const built = await buildPage('tests', [withScript(await exampleUnder(heading))]);
    const options = { repository: modelRepository, port: 0, playgroundDir: built.dir };
    const server = await startServer(options);
    const page = await browser.newPage();
    try {
      await page.goto(server.url);
      await page.locator(element).nth(8).waitFor();
      expect(await page.locator(element).count()).toBe(9);
    } finally {
      await page.close();
      await server.stop();
      await built.remove();
    }
  });
});
