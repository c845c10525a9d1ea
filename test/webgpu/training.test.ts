import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findAdapter, runNode } from './adapter.js';

const adapter = await findAdapter();
const program = join(import.meta.dirname, 'train-on.mjs');

function trainOn(device: string, env: NodeJS.ProcessEnv): Record<string, number[]> {
  const { stdout, stderr, status } = runNode([program, device], env);
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout);
}

const title = 'training on WebGPU in Node';

describe(adapter ? title : `${title} (skipped: no adapter, nor a browser that brings one)`, () => {
  it.runIf(adapter)(
    'gives the losses, pictures and state that the CPU gives',
    () => {
      const onCard = trainOn('webgpu', adapter ?? {});
      const onCpu = trainOn('cpu', {});
      expect(Object.keys(onCard)).toEqual(Object.keys(onCpu));
      for (const [name, numbers] of Object.entries(onCpu)) {
        const differences = numbers.map((x, i) => {
          return Math.abs(x - (onCard[name]?.[i] ?? Number.NaN)) / Math.max(1, Math.abs(x));
        });
        // Sums in another order: 2e-6 apart in software. A weight moves by 1e-4 in its one step, and the
        // squares of the gradients are in the state.
        expect(Math.max(...differences), name).toBeLessThan(1e-5);
      }
      // The software adapter compiles a program for each kind of node.
    },
    180_000,
  );
});
