// Shows that both sides of bench/train-step.mjs compute the same: from equal weights and on equal numbers
// they give equal losses, over several steps.
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environment, torchScript } from './contestants.mjs';
import { openNetwork } from './open-network.mjs';

// By iteration. Adam's first step moves each weight by the learning rate in the sign of its gradient, so
// rounding decides where a gradient is nearly zero, and the second iteration begins with that.
const tolerances = [1e-4, 3e-3];

/** Collects arrays for one file of float32 numbers. */
function createFile() {
  const arrays = [];
  let length = 0;
  return {
    add(numbers, rest) {
      const offset = length;
      arrays.push(numbers.slice());
      length += numbers.length;
      return { offset, ...rest };
    },
    bytes: () => Buffer.concat(arrays.map((array) => Buffer.from(array.buffer))),
  };
}

/** Where each weight lies in the file, and how it becomes PyTorch's. */
function weightEntries(file, state, networks) {
  const layouts = Object.assign({}, ...networks.map((network) => network.layouts));
  const entries = Object.entries(layouts).map(([path, layout]) => [
    path,
    file.add(state[path].data, layout),
  ]);
  return Object.fromEntries(entries);
}

const inputEntries = (file, inputs, { inputs: specs }) =>
  Object.fromEntries(
    Object.entries(inputs).map(([name, numbers]) => [
      name,
      file.add(numbers, { shape: specs[name].shape }),
    ]),
  );

/** Run the steps here; the losses, and what PyTorch needs to run them too. */
async function runHere(name, options) {
  const { engine, steps, draw, networks } = await openNetwork(name, options);
  const file = createFile();
  const contents = { weights: weightEntries(file, engine.readState(), networks), steps: [] };
  const losses = [];
  for (const _ of tolerances) {
    for (const step of Object.keys(steps)) {
      const inputs = draw[step]();
      contents.steps.push({ name: step, inputs: inputEntries(file, inputs, steps[step]) });
      const results = await engine.run(step, inputs);
      losses.push(
        Object.fromEntries(Object.entries(results).map(([key, { data }]) => [key, data[0]])),
      );
    }
  }
  await engine.dispose();
  return { losses, contents, numbers: file.bytes() };
}

function runThere(name, { python, threads, batchSize, folder }) {
  const sizes = ['--threads', String(threads), '--batch', String(batchSize)];
  const args = [torchScript, name, ...sizes, '--check', folder];
  const { status, stdout } = spawnSync(python, args, {
    env: environment({ threads }),
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${name}: PyTorch's side ended with status ${status}`);
  return JSON.parse(stdout);
}

/** Print the losses of both sides, a step's together. Whether all are within their tolerance. */
function areEqual(name, ours, theirs) {
  const stepsEach = ours.length / tolerances.length;
  const results = ours.flatMap((losses, i) =>
    Object.entries(losses).map(([key, loss]) => {
      const tolerance = tolerances[Math.floor(i / stepsEach)];
      const other = theirs[i][key];
      const difference = Math.abs(loss - other) / Math.abs(other);
      console.log(
        `${name} ${key}: ganvas ${loss.toPrecision(7)}, pytorch ${other.toPrecision(7)}, ` +
          `relative difference ${difference.toExponential(1)} (at most ${tolerance})`,
      );
      return difference <= tolerance;
    }),
  );
  return results.every(Boolean);
}

/** Compare the losses of both sides over the first steps. Throws where they differ. */
export async function checkSame(name, { python, threads, batchSize }) {
  const folder = await mkdtemp(join(tmpdir(), 'ganvas-check-'));
  try {
    const { losses, contents, numbers } = await runHere(name, { threads, batchSize });
    await writeFile(join(folder, 'contents.json'), JSON.stringify(contents));
    await writeFile(join(folder, 'numbers.bin'), numbers);
    const others = runThere(name, { python, threads, batchSize, folder });
    if (!areEqual(name, losses, others)) {
      throw new Error(`${name}: expected the losses of PyTorch, got those above`);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}
