import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findBrowser } from '../../scripts/browser.mjs';

const root = join(import.meta.dirname, '../..');

/** Run a program of this repository with Node in an environment. */
export const runNode = (args: readonly string[], env: NodeJS.ProcessEnv) =>
  spawnSync(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });

const probe = `
import { createEngine } from '@ganvas/train';
await (await createEngine({}, { device: 'webgpu' })).dispose();
`;

/** The environment in which Dawn finds the software adapter that comes with a browser, and its Vulkan loader. */
async function browserAdapters(): Promise<NodeJS.ProcessEnv[]> {
  const browser = await findBrowser();
  // Debian's program is a script beside the folder of the browser itself.
  const folders = ['/usr/lib/chromium', ...(browser ? [dirname(realpathSync(browser))] : [])];
  return folders
    .filter((folder) => existsSync(join(folder, 'vk_swiftshader_icd.json')))
    .map((folder) => ({
      VK_ICD_FILENAMES: join(folder, 'vk_swiftshader_icd.json'),
      LD_LIBRARY_PATH: folder,
    }));
}

/**
 * The environment in which onnxruntime finds a WebGPU adapter: this machine's, else the one in software
 * that comes with Chromium. Undefined where there is none.
 */
export async function findAdapter(): Promise<NodeJS.ProcessEnv | undefined> {
  const environments = [{}, ...(await browserAdapters())];
  return environments.find(
    (env) => runNode(['--input-type=module', '-e', probe], env).status === 0,
  );
}
