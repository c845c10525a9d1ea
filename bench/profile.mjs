// Where the time of a training step goes, by onnxruntime's own profiler: a table by op, then the nodes
// that take longest, equal shapes together, with GFLOP/s.
// Run: node bench/profile.mjs [network] [step] [--threads 1] [--runs 5] [--top 25] [--batch N]
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compileSteps } from '@ganvas/train';
import * as tf from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-node';
import { buildNetwork } from './train-step/networks/index.mjs';
import { readProfile, runWithoutResults, summarize } from './train-step/ort-profile.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    threads: { type: 'string', default: '1' },
    runs: { type: 'string', default: '5' },
    top: { type: 'string', default: '25' },
    batch: { type: 'string' },
  },
});
const [name = 'wgan-gp', only] = positionals;
const runs = Number(values.runs);

/** The state's initial numbers and freshly drawn inputs, as the session takes them. */
function feedsOf(session, step, drawn) {
  const feeds = session.inputNames.map((input) => {
    const variable = step.state[input];
    const data = variable ? variable.dataSync() : drawn[input];
    const { shape } = variable ?? step.inputs[input];
    const dtype = data instanceof Int32Array ? 'int32' : 'float32';
    return [input, new ort.Tensor(dtype, data, shape)];
  });
  return Object.fromEntries(feeds);
}

/** Run a step a few times under the profiler; means over the runs after the first. */
async function profile(bytes, step, drawn) {
  const folder = await mkdtemp(join(tmpdir(), 'ganvas-profile-'));
  try {
    const startedAt = performance.now();
    const session = await ort.InferenceSession.create(bytes, {
      intraOpNumThreads: Number(values.threads),
      interOpNumThreads: 1,
      // As the engine runs steps on the CPU (packages/train/src/engines/targets.ts).
      graphOptimizationLevel: 'disabled',
      enableMemPattern: false,
      enableProfiling: true,
      profileFilePrefix: join(folder, 'step'),
      extra: {
        session: {
          intra_op: { allow_spinning: '1', spin_duration_us: '30' },
          force_spinning_stop: '1',
        },
      },
    });
    const sessionMs = performance.now() - startedAt;
    const feeds = feedsOf(session, step, drawn);
    for (let i = 0; i < runs + 1; i++) await runWithoutResults(session, feeds);
    session.endProfiling();
    await session.release();
    const [file] = await readdir(folder);
    const text = await readFile(join(folder, file), 'utf8');
    return { sessionMs, ...summarize(readProfile(text, { skippedRuns: 1 })) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

const cell = (value, width) => String(value).padStart(width);
const ms = (value) => cell(value.toFixed(2), 9);
const share = (part, whole) => cell(`${((100 * part) / whole).toFixed(1)} %`, 7);
const sum = (items, key) => items.reduce((total, item) => total + item[key], 0);
const rate = ({ gflop, ms: time }) =>
  gflop === 0 ? cell('', 6) : cell(((1000 * gflop) / time).toFixed(0), 6);

function print(stepName, { sessionMs, runMs, nodeMs, gflop, ops, nodes }) {
  console.log(
    `\n${stepName}: session made in ${sessionMs.toFixed(0)} ms; ${runMs.toFixed(1)} ms a run, ${nodeMs.toFixed(1)} ms of it in ${sum(ops, 'calls')} nodes; ` +
      `${gflop.toFixed(2)} GFLOP in products and convolutions, ${((1000 * gflop) / runMs).toFixed(0)} GFLOP/s over the run`,
  );
  console.log('       ms   share  calls GFLOP/s  op');
  for (const op of ops)
    console.log(`${ms(op.ms)} ${share(op.ms, nodeMs)} ${cell(op.calls, 6)} ${rate(op)}   ${op.op}`);
  console.log('\n       ms   share  calls GFLOP/s     MB each  op inputs -> output (one of them)');
  for (const node of nodes.slice(0, Number(values.top))) {
    const megabytes = cell((node.bytes / 1e6).toFixed(1), 9);
    console.log(
      `${ms(node.ms)} ${share(node.ms, nodeMs)} ${cell(node.calls, 6)} ${rate(node)}   ${megabytes}   ${node.shapes} (${node.name})`,
    );
  }
}

await tf.setBackend('cpu');
const { steps, draw } = await buildNetwork(name, {
  ...(values.batch && { batchSize: Number(values.batch) }),
});
const startedAt = performance.now();
const compiled = compileSteps(steps);
const traceMs = performance.now() - startedAt;
console.log(`${name}, ${values.threads} thread(s), means of ${runs} runs after one warm-up`);
console.log(`tracing all steps: ${traceMs.toFixed(0)} ms`);
for (const [stepName, step] of Object.entries(steps)) {
  if (only && only !== stepName) continue;
  print(stepName, await profile(compiled[stepName].model.bytes, step, draw[stepName]()));
}
