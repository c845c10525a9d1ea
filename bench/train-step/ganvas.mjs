// The Ganvas side of bench/train-step.mjs: each line on the input is answered by the times of one round.
import { createInterface } from 'node:readline';
import { buildGan, createEngine, recipes } from '@ganvas/train';
import * as tf from '@tensorflow/tfjs-core';

const threads = Number(process.argv[2]);
const batchSize = 64;
const repeats = 5;
const { latentSize, baseChannels } = recipes['wgan-gp'];
const shape = {
  height: 28,
  width: 28,
  channels: 1,
  latentSize,
  baseChannels,
  classCount: 10,
};
await tf.setBackend('cpu');
const gan = buildGan(shape, recipes['wgan-gp'], { seed: 0, batchSize, sampleCount: 1 });
const engine = await createEngine(gan.steps, { device: 'cpu', threads });

const numbers = (length) => Float32Array.from({ length }, () => Math.random() * 2 - 1);
const inputs = () => ({
  real: numbers(batchSize * 28 * 28),
  z: numbers(batchSize * latentSize),
  mix: numbers(batchSize),
  label: Int32Array.from({ length: batchSize }, (_, i) => i % 10),
  learningRate: Float32Array.of(1e-4),
  averageDecay: Float32Array.of(0.99),
});

async function time(step) {
  const names = Object.keys(gan.steps[step].inputs);
  const fed = () =>
    Object.fromEntries(Object.entries(inputs()).filter(([name]) => names.includes(name)));
  const startedAt = performance.now();
  for (let i = 0; i < repeats; i++) await engine.run(step, fed());
  return (performance.now() - startedAt) / repeats;
}

for await (const _ of createInterface({ input: process.stdin })) {
  const answer = { criticMs: await time('critic'), generatorMs: await time('generator') };
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  process.stdout.write(`${JSON.stringify({ ...answer, peakBytes })}\n`);
}
await engine.dispose();
