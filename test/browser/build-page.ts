import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';

const roots = {
  /** The page in which the tests use the client. */
  tests: join(import.meta.dirname, 'page'),
  playground: join(import.meta.dirname, '../../packages/playground'),
};

/** Build a page for production, as an application would, and return its folder. */
export async function buildPage(page: keyof typeof roots): Promise<string> {
  const outDir = await mkdtemp(join(tmpdir(), `ganvas-${page}-`));
  await build({
    configFile: join(roots.playground, 'vite.config.ts'),
    root: roots[page],
    logLevel: 'error',
    build: { outDir, emptyOutDir: true },
  });
  return outDir;
}
