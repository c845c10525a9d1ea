// Time one iteration of `wgan-gp` on MNIST's size: 5 critic steps + 1 generator step, batch 64.
// Run: node bench/train-step.mjs [rounds]
// Beside it, in the same run and turn by turn, the same networks in PyTorch, if python3 has torch
// (Debian: python3-torch libopenblas0-pthread).
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const rounds = Number(process.argv[2] ?? 7);
const threads = cpus().length;
const here = (name) => fileURLToPath(new URL(name, import.meta.url));

// OpenBLAS is left to choose its own kernels.
const { OPENBLAS_CORETYPE: _, OPENBLAS_L2_SIZE: __, ...env } = process.env;
const contestants = { ganvas: [process.execPath, here('train-step/ganvas.mjs'), String(threads)] };
// The first python3 on the path need not be Debian's, whose package has torch.
const python = ['python3', '/usr/bin/python3'].find(
  (command) => spawnSync(command, ['-c', 'import torch'], { env }).status === 0,
);
if (python) contestants.pytorch = [python, here('train-step/torch_step.py'), String(threads)];

/** A process that answers each line on its input with one JSON line. */
function start([command, ...args]) {
  const options = {
    env: { ...env, OMP_NUM_THREADS: String(threads) },
    stdio: ['pipe', 'pipe', 'inherit'],
  };
  const child = spawn(command, args, options);
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

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const processes = Object.entries(contestants).map(([name, command]) => ({
  name,
  answers: [],
  process: start(command),
}));
for (const each of processes) await each.process.ask();
for (let round = 0; round < rounds; round++) {
  for (const each of processes) each.answers.push(await each.process.ask());
}

const imagesPerIteration = 5 * 64;
console.log(
  `${cpus()[0].model}, ${threads} cores, Node ${process.version}, medians of ${rounds} rounds in turn`,
);
for (const each of processes) {
  const pick = (key) => median(each.answers.map((answer) => answer[key]));
  const iteration = 5 * pick('criticMs') + pick('generatorMs');
  each.iteration = iteration;
  const peak = Math.max(...each.answers.map(({ peakBytes }) => peakBytes));
  console.log(
    `${each.name.padEnd(8)} critic ${pick('criticMs').toFixed(1)} ms, generator ${pick('generatorMs').toFixed(1)} ms, ` +
      `iteration ${iteration.toFixed(0)} ms, ${((1000 * imagesPerIteration) / iteration).toFixed(0)} images/s, ` +
      `peak memory ${(peak / 2 ** 20).toFixed(0)} MiB`,
  );
  await each.process.stop();
}
if (python)
  console.log(
    `ratio of iterations: ${(processes[0].iteration / processes[1].iteration).toFixed(2)}`,
  );
else console.log('PyTorch is not installed: no comparison');
