import { type RunningServer, startServer } from '@ganvas/serve';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { launchBrowser } from './browser.js';
import { buildPage } from './build-page.js';

/** What the tests of one page share, once their `beforeAll` has run. */
interface Harness {
  readonly server: RunningServer;
  readonly browser: Browser;
  /** Folder of the built page. */
  readonly dir: string;
}

/**
 * Build a page, serve it with models and start a browser before the tests of the `describe` in which
 * this is called, and end all of them after.
 */
export function usePage(
  page: Parameters<typeof buildPage>[0],
  /** Makes the repository to serve, or says where it is. */
  toRepository: () => string | Promise<string>,
): Harness {
  let harness: Harness | undefined;
  const ends: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    const { dir, remove } = await buildPage(page);
    ends.unshift(remove);
    const repository = await toRepository();
    const server = await startServer({ repository, port: 0, playgroundDir: dir });
    ends.unshift(() => server.stop());
    const browser = await launchBrowser('plain');
    ends.unshift(() => browser.close());
    harness = { dir, server, browser };
  });
  afterAll(async () => {
    for (const end of ends) await end();
  });
  const ready = (): Harness => {
    if (harness) return harness;
    throw new Error('usePage: expected to be asked inside a test, got asked before beforeAll');
  };
  return {
    get dir() {
      return ready().dir;
    },
    get server() {
      return ready().server;
    },
    get browser() {
      return ready().browser;
    },
  };
}
