// What waiting threads cost: a critic step of `wgan-gp` with onnxruntime's threads spinning for long, for
// 30 microseconds and not at all, on a quiet machine and beside one busy process. Run: node bench/spinning.mjs [rounds]
import { spawn } from 'node:child_process';
import { cpus } from 'node:os';
import { buildGan, compileSteps, recipes } from '@ganvas/train';
import * as tf from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-node';
import { runWithoutResults } from './train-step/ort-profile.mjs';

const rounds = Number(process.argv[2] ?? 5);
const repeats = 8;
const batchSize = 64;
const { latentSize, baseChannels } = recipes['wgan-gp'];
const shape = { height: 28, width: 28, channels: 1, latentSize, baseChannels, classCount: 10 };
await tf.setBackend('cpu');
const gan = buildGan(shape, recipes['wgan-gp'], { seed: 0, batchSize, sampleCount: 1 });
const { bytes } = compileSteps(gan.steps).critic.model;

const ways = {
  long: { allow_spinning: '1' },
  short: { allow_spinning: '1', spin_duration_us: '30' },
  none: { allow_spinning: '0' },
};

const open = (way) =>
  ort.InferenceSession.create(bytes, {
    intraOpNumThreads: cpus().length,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'disabled',
    enableMemPattern: false,
    extra: { session: { intra_op: ways[way], force_spinning_stop: '1' } },
  });

/** Small numbers for every input, the state included. */
function feedsOf(session) {
  const feeds = session.inputMetadata.map(({ name, type, shape: sizes }) => {
    const length = sizes.reduce((a, b) => a * b, 1);
    const data =
      type === 'int32'
        ? new Int32Array(length)
        : Float32Array.from({ length }, (_, i) => 0.01 + 0.1 * Math.sin(i * 12.9));
    return [name, new ort.Tensor(type, data, sizes)];
  });
  return Object.fromEntries(feeds);
}

async function time(session, feeds) {
  await runWithoutResults(session, feeds);
  const startedAt = performance.now();
  for (let i = 0; i < repeats; i++) await runWithoutResults(session, feeds);
  return (performance.now() - startedAt) / repeats;
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Each way in turn, with sessions of its own: threads that spin would disturb the other ways. */
async function measure() {
  const times = Object.fromEntries(Object.keys(ways).map((way) => [way, []]));
  for (let round = 0; round < rounds; round++) {
    for (const way of Object.keys(ways)) {
      const session = await open(way);
      times[way].push(await time(session, feedsOf(session)));
      await session.release();
    }
  }
  return Object.entries(times).map(([way, ms]) => `${way} ${median(ms).toFixed(1)} ms`);
}

const show = (name, times) => console.log(`${name}: spinning ${times.join(', ')}`);

console.log(
  `${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}, medians of ${rounds} rounds in turn`,
);
show('quiet', await measure());
// Ends by itself, should this process be killed.
const busy = spawn(process.execPath, [
  '-e',
  'const end = Date.now() + 120_000; while (Date.now() < end);',
]);
show('beside one busy process', await measure());
busy.kill();
