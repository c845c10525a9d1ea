// Whether memory grows while training: RAM of the process after warming up and after many more steps.
// Goal: 2 % more at most after 1,000 steps.
// Run: node bench/memory-growth.mjs [network] [--steps 1000] [--batch 8] [--warm-up 100]
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { memoryOf } from './train-step/memory.mjs';
import { mebibytes } from './train-step/numbers.mjs';
import { openNetwork } from './train-step/open-network.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    steps: { type: 'string', default: '1000' },
    // Small: what leaks leaks by the step.
    batch: { type: 'string', default: '8' },
    'warm-up': { type: 'string', default: '100' },
  },
});
const [name = 'wgan-gp'] = positionals;
const stepCount = Number(values.steps);
const { engine, steps, draw } = await openNetwork(name, {
  threads: cpus().length,
  batchSize: Number(values.batch),
});
const names = Object.keys(steps);

/** Run steps, each kind in turn. */
async function run(count) {
  for (let i = 0; i < count; i++) {
    const step = names[i % names.length];
    await engine.run(step, draw[step]());
  }
}

await run(Number(values['warm-up']));
const before = await memoryOf(process.pid);
console.log(`${name}, batch ${values.batch}, after warming up: ${mebibytes(before.bytes)}`);
const parts = 10;
for (let part = 1; part <= parts; part++) {
  await run(stepCount / parts);
  const { bytes } = await memoryOf(process.pid);
  console.log(`${(part * stepCount) / parts} steps: ${mebibytes(bytes)}`);
}
const after = await memoryOf(process.pid);
const growth = 100 * (after.bytes / before.bytes - 1);
console.log(`growth ${growth.toFixed(1)} % (goal 2 %), peak ${mebibytes(after.peakBytes)}`);
await engine.dispose();
