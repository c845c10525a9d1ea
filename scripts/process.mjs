// @ts-check
// Running other programs from the scripts. Node built-ins only: used before anything is installed.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Run a program in the repository's folder, its output shown as it comes.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, stdout?: 'stdout' | 'stderr' }} [options] where its output goes
 * @returns {Promise<number>} its exit status, 127 where it cannot be started
 */
export function run(command, args, { env = process.env, stdout = 'stdout' } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env,
      stdio: ['ignore', stdout === 'stderr' ? 2 : 'inherit', 'inherit'],
    });
    child.on('error', (error) => {
      process.stderr.write(`${command}: ${error.message}\n`);
      resolve(127);
    });
    child.on('close', (status) => resolve(status ?? 1));
  });
}

/**
 * As `run`, with its output on stderr. Throws unless it exits with 0.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv }} [options]
 */
export async function runOrThrow(command, args, options = {}) {
  const status = await run(command, args, { ...options, stdout: 'stderr' });
  if (status === 0) return;
  throw new Error(`${command} ${args.join(' ')}: expected exit status 0, got ${status}`);
}

/**
 * Run a program and keep what it prints, both outputs in one text.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {Promise<{ status: number, output: string }>}
 */
export function capture(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
        output += text;
      });
    }
    child.on('error', (error) => resolve({ status: 127, output: `${command}: ${error.message}` }));
    child.on('close', (status) => resolve({ status: status ?? 1, output }));
  });
}

/** @param {number} start from `performance.now()` */
export const secondsSince = (start) => `${((performance.now() - start) / 1000).toFixed(1)} s`;

/**
 * Say on stderr what is being done, do it, and say how long it took.
 *
 * @param {string} what
 * @param {() => Promise<void>} work
 */
export async function announce(what, work) {
  const start = performance.now();
  process.stderr.write(`${what} ...\n`);
  await work();
  process.stderr.write(`${what}: done in ${secondsSince(start)}\n`);
}

/** @param {unknown} error */
export const messageOf = (error) => (error instanceof Error ? error.message : String(error));
