// The Ganvas side of bench/train-step.mjs: each line on the input is answered by the times of one round.
// Run: node bench/train-step/ganvas.mjs <network> <threads> <batch> <repeats>
import { createInterface } from 'node:readline';
import { memoryOf } from './memory.mjs';
import { openNetwork } from './open-network.mjs';

const [name, threads, batchSize, repeats] = process.argv.slice(2);
const { engine, steps, draw, startMs } = await openNetwork(name, {
  threads: Number(threads),
  batchSize: Number(batchSize),
});

async function time(step) {
  const startedAt = performance.now();
  for (let i = 0; i < Number(repeats); i++) await engine.run(step, draw[step]());
  return (performance.now() - startedAt) / Number(repeats);
}

for await (const _ of createInterface({ input: process.stdin })) {
  const ms = {};
  for (const step of Object.keys(steps)) ms[step] = await time(step);
  const { peakBytes } = await memoryOf(process.pid);
  process.stdout.write(`${JSON.stringify({ ms, peakBytes, startMs })}\n`);
}
await engine.dispose();
