// Running other programs from the scripts. Node built-ins only: used before anything is installed.
import { spawn } from 'node:child_process';

const stdio = { inherit: 'inherit', stderr: 2, pipe: 'pipe' };

/**
 * Run a program; its errors go to this one's stderr.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string, stdout?: 'inherit' | 'stderr' | 'pipe', stderr?: 'inherit' | 'pipe' }} [options]
 *   where its standard output goes (default inherit); both outputs are in the result where piped
 * @returns {Promise<{ status: number, stdout: string, stderr: string }>} status 127 where it cannot be started
 */
export function run(command, args, options = {}) {
  const { env = process.env, cwd, stdout = 'inherit', stderr = 'inherit' } = options;
  return new Promise((resolve) => {
    const output = { stdout: '', stderr: '' };
    const child = spawn(command, args, {
      env,
      cwd,
      stdio: ['ignore', stdio[stdout], stdio[stderr]],
    });
    for (const name of ['stdout', 'stderr']) {
      child[name]?.setEncoding('utf8').on('data', (text) => {
        output[name] += text;
      });
    }
    child.on('error', (error) => resolve({ ...output, status: 127, stderr: error.message }));
    child.on('close', (code) => resolve({ ...output, status: code ?? 1 }));
  });
}

/** As `run`, but throws unless the exit status is 0. */
export async function runOrThrow(command, args, options = {}) {
  const result = await run(command, args, options);
  if (result.status === 0) return result;
  const detail = result.stderr ? `: ${result.stderr.trim()}` : '';
  throw new Error(
    `${command} ${args.join(' ')}: expected exit status 0, got ${result.status}${detail}`,
  );
}

/**
 * Say on stderr what is being done, do it, and say how long it took.
 *
 * @template T
 * @param {string} what
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function announce(what, work) {
  const start = performance.now();
  process.stderr.write(`${what} ...\n`);
  const result = await work();
  process.stderr.write(`${what}: done in ${((performance.now() - start) / 1000).toFixed(1)} s\n`);
  return result;
}
