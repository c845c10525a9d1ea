import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, type Plugin } from 'vite';

const playground = join(import.meta.dirname, '../../packages/playground');

const roots = {
  /** The page in which the tests use the client. */
  tests: join(import.meta.dirname, 'page'),
  playground,
};

/** A page in a folder that is removed at the end. */
export interface BuiltPage {
  readonly dir: string;
  remove(): Promise<void>;
}

/** Build a page for production, as an application would. */
export async function buildPage(
  page: keyof typeof roots,
  plugins: readonly Plugin[] = [],
): Promise<BuiltPage> {
  const dir = await mkdtemp(join(tmpdir(), `ganvas-${page}-`));
  await build({
    configFile: join(playground, 'vite.config.ts'),
    root: roots[page],
    logLevel: 'error',
    plugins: [...plugins],
    build: { outDir: dir, emptyOutDir: true },
  });
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}
