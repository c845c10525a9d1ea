import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startServer } from '@ganvas/serve';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser, launchBrowser } from './browser.js';
import { buildPage } from './build-page.js';
import { modelRepository } from './models.js';

const root = join(import.meta.dirname, '../..');

/** The code that follows some words of a README. */
async function exampleAfter(words: string, readme: string): Promise<string> {
  const [, section = ''] = (await readFile(join(root, readme), 'utf8')).split(words);
  const [, code] = /```ts\n(.*?)```/s.exec(section) ?? [];
  if (code === undefined)
    throw new Error(`${readme}: expected an example after ${words}, got none`);
  return code;
}

/** Stand in for the script of the test page. */
const withScript = (code: string) => ({
  name: 'example',
  load: (id: string) => (id.endsWith('/main.ts') ? code : null),
});

describeInBrowser('README', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser('plain');
  });
  afterAll(() => browser?.close());

  /** Run an example as the script of a page that a server shows, and look at the page. */
  async function run<T>(code: string, look: (page: Page) => Promise<T>): Promise<T> {
    const built = await buildPage('tests', [withScript(code)]);
    const options = { repository: modelRepository, port: 0, playgroundDir: built.dir };
    const server = await startServer(options);
    const page = await browser.newPage();
    try {
      await page.goto(server.url);
      return await look(page);
    } finally {
      await page.close();
      await server.stop();
      await built.remove();
    }
  }

  it.each([
    ['On the device', 'canvas'],
    ['From a server', 'img'],
  ])('shows nine pictures with the example "%s"', async (heading, element) => {
    const code = await exampleAfter(`## ${heading}\n`, 'packages/client/README.md');
    const count = await run(code, async (page) => {
      await page.locator(element).nth(8).waitFor();
      return await page.locator(element).count();
    });
    expect(count).toBe(9);
  });

  it.each(['**Ask a server for pictures.**', '**Draw on the visitor'])(
    "draws sixteen pictures with the project's example after %s",
    async (words) => {
      const example = await exampleAfter(words, 'README.md');
      const code = example.replace("'http://localhost:8080'", "'.'");
      const shown = `${code}\ndocument.body.dataset.labels = pictures.map(({ label }) => label);`;
      const labels = await run(shown, async (page) => {
        const body = page.locator('body[data-labels]');
        await body.waitFor({ state: 'attached' });
        return await body.getAttribute('data-labels');
      });
      expect(labels).toBe(Array(16).fill(7).join());
    },
  );
});
