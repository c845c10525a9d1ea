// The processes that bench/train-step.mjs times: each answers a line on its input with one JSON line.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
export const torchScript = here('torch/main.py');

/** PyTorch's environment: OpenBLAS chooses its own kernels, and how many threads if the variant says no more. */
export function environment({ threads, variant = 'plain' }) {
  const { OPENBLAS_CORETYPE: _, OPENBLAS_L2_SIZE: __, ...env } = process.env;
  const isAlone = variant.split('+').includes('one-blas-thread');
  return {
    ...env,
    OMP_NUM_THREADS: String(threads),
    PYTHONDONTWRITEBYTECODE: '1',
    ...(isAlone && { OPENBLAS_NUM_THREADS: '1' }),
  };
}

/** A python3 that has torch: the first on the path need not be Debian's, whose package has it. */
export const findPython = () =>
  ['python3', '/usr/bin/python3'].find(
    (command) =>
      spawnSync(command, ['-c', 'import torch'], { env: environment({ threads: 1 }) }).status === 0,
  );

const commands = {
  ganvas: (network, { threads, batchSize, repeats }) => [
    process.execPath,
    [here('ganvas.mjs'), network, threads, batchSize, repeats].map(String),
  ],
  pytorch: (network, { threads, batchSize, repeats, python, variant }) => {
    const sizes = ['--threads', threads, '--batch', batchSize, '--repeats', repeats];
    return [python, [torchScript, network, ...sizes, '--variant', variant].map(String)];
  },
};

/** Start one side on a network. */
export function start(side, network, options) {
  const [command, args] = commands[side](network, options);
  const child = spawn(command, args, {
    env: environment(options),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async ask() {
      child.stdin.write('go\n');
      const { value, done } = await lines.next();
      if (done) throw new Error(`${command} ${args[0]} ended without an answer`);
      return JSON.parse(value);
    },
    async stop() {
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}
