// Time training steps beside PyTorch, in the same run and turn by turn, the same networks on both sides.
// Run: node bench/train-step.mjs [network ...] [--rounds 7] [--batch N] [--variant plain+foreach]
//      node bench/train-step.mjs [network ...] --check
// Networks: train-step/networks/index.mjs. PyTorch takes part if python3 has torch (Debian: python3-torch
// libopenblas0-pthread), in the fastest of its variants or the given one.
// --check compares the losses of both sides from equal weights on equal numbers instead of their times;
// `ganvas-wgan-gp`, whose weights are not named for PyTorch, is left out.
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { checkSame } from './train-step/check-same.mjs';
import { findPython, start } from './train-step/contestants.mjs';
import { networkOf, networks } from './train-step/networks/index.mjs';
import { mebibytes, median } from './train-step/numbers.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '7' },
    batch: { type: 'string' },
    variant: { type: 'string' },
    check: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const threads = cpus().length;
const all = Object.keys(networks).filter((name) => !values.check || !name.startsWith('ganvas-'));
const chosen = positionals.length > 0 ? positionals : all;
const python = findPython();

/** Rounds in turn after one to warm up; the answers by contestant. */
async function play(network, options) {
  const names = ['ganvas', ...(python ? ['pytorch'] : [])];
  const players = names.map((name) => ({ name, process: start(name, network, options) }));
  const answers = Object.fromEntries(names.map((name) => [name, []]));
  for (const { process } of players) await process.ask();
  for (let round = 0; round < rounds; round++) {
    for (const { name, process } of players) answers[name].push(await process.ask());
  }
  for (const { process } of players) await process.stop();
  return answers;
}

/** Medians over the rounds: each step, and the iteration that is made of them. */
function summarize(answers, iteration) {
  const steps = Object.keys(iteration).map((step) => [
    step,
    median(answers.map(({ ms }) => ms[step])),
  ]);
  return {
    steps: Object.fromEntries(steps),
    iterationMs: steps.reduce((sum, [step, ms]) => sum + iteration[step] * ms, 0),
    peakBytes: Math.max(...answers.map(({ peakBytes }) => peakBytes)),
    startMs: answers[0].startMs,
  };
}

function printSide(name, { steps, iterationMs, peakBytes, startMs }, pictures) {
  const each = Object.entries(steps).map(([step, ms]) => `${step} ${ms.toFixed(1)} ms`);
  const line = [
    ...each,
    `iteration ${iterationMs.toFixed(0)} ms`,
    `${((1000 * pictures) / iterationMs).toFixed(1)} images/s`,
    `peak memory ${mebibytes(peakBytes)}`,
    ...(startMs ? [`tracing and sessions ${(startMs / 1000).toFixed(2)} s (goal 2 s)`] : []),
  ];
  console.log(`  ${name.padEnd(8)} ${line.join(', ')}`);
}

async function compare(name, batchSize) {
  const { iteration, repeats, goal, ...network } = networkOf(name);
  const variant = values.variant ?? network.variant;
  const options = { threads, batchSize, repeats, python, variant };
  const answers = await play(name, options);
  const { ganvas, pytorch } = Object.fromEntries(
    Object.entries(answers).map(([side, list]) => [side, summarize(list, iteration)]),
  );
  // The first step of an iteration is the one that sees real pictures.
  const pictures = batchSize * Object.values(iteration)[0];
  console.log(`${name}, batch ${batchSize}`);
  printSide('ganvas', ganvas, pictures);
  if (!pytorch) return;
  printSide('pytorch', pytorch, pictures);
  const ratio = (key) => (ganvas[key] / pytorch[key]).toFixed(2);
  console.log(
    `  ratio of iterations ${ratio('iterationMs')}${goal ? ` (goal ${goal})` : ''}, of peak memory ${ratio('peakBytes')} (goal 1), ` +
      `PyTorch in the variant "${variant}"`,
  );
}

console.log(
  `${cpus()[0].model}, ${threads} cores, Node ${process.version}` +
    (values.check ? '' : `, medians of ${rounds} rounds in turn`),
);
if (!python) console.log('PyTorch is not installed: no comparison');
for (const name of chosen) {
  const batchSize = Number(values.batch ?? networkOf(name).batchSize);
  if (!values.check) await compare(name, batchSize);
  else if (python) await checkSame(name, { python, threads, batchSize });
}
