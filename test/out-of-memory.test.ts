import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

const program = `
import { compile } from '@ganvas/train';
import * as tf from '@tensorflow/tfjs-core';
const square = ({ x }) => ({ sum: tf.sum(tf.exp(tf.matMul(x, x, false, true))) });
const compiled = await compile(square, {
  inputs: { x: { shape: [20000, 1], dtype: 'float32' } },
  device: 'cpu',
});
await compiled.run({ x: new Float32Array(20000) }).catch((error) => process.stdout.write(error.message));
`;

describe('a process that may not take the memory that a step needs', () => {
  // Elsewhere the shell cannot limit the address space.
  it.runIf(process.platform === 'linux')('says how much that is, and goes on', () => {
    const limited = 'ulimit -v 3500000 && exec "$0" --input-type=module -e "$1"';
    const { stdout, status } = spawnSync('sh', ['-c', limited, process.execPath, program], {
      cwd: root,
      encoding: 'utf8',
    });
    // Two matrices of 20,000 x 20,000 numbers of 4 bytes; the process has 3.5 GB of addresses.
    expect(stdout).toMatch(
      /^square: out of memory: about 3\.20 GB \(3200\d{6} bytes\) needed, .*available/,
    );
    expect(status).toBe(0);
  });
});
