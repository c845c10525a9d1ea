// What a picture costs in batches of different sizes: an iteration's time over its pictures, each size in a
// process of its own, turn by turn. Goal: the dearest within 15 % of the cheapest.
// Run: node bench/batch-size.mjs [network] [--rounds 5] [--sizes 32,64,128,256]
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { start } from './train-step/contestants.mjs';
import { networkOf } from './train-step/networks/index.mjs';
import { median } from './train-step/numbers.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    sizes: { type: 'string', default: '32,64,128,256' },
  },
});
const [name = 'wgan-gp'] = positionals;
const rounds = Number(values.rounds);
const sizes = values.sizes.split(',').map(Number);
const threads = cpus().length;
const { iteration } = networkOf(name);
const [picturesPerBatch] = Object.values(iteration);
const largest = Math.max(...sizes);

const players = sizes.map((batchSize) => {
  // As many pictures a round at every size.
  const repeats = Math.round(largest / batchSize);
  return { batchSize, costs: [], process: start('ganvas', name, { threads, batchSize, repeats }) };
});

const msPerPicture = ({ ms }, batchSize) =>
  Object.entries(iteration).reduce((sum, [step, count]) => sum + count * ms[step], 0) /
  (batchSize * picturesPerBatch);

for (const { process } of players) await process.ask();
for (let round = 0; round < rounds; round++) {
  for (const { process, batchSize, costs } of players) {
    costs.push(msPerPicture(await process.ask(), batchSize));
  }
}
for (const { process } of players) await process.stop();

const costs = players.map((player) => median(player.costs));
const cheapest = Math.min(...costs);
console.log(
  `${cpus()[0].model}, ${threads} cores, Node ${process.version}, ${name}, medians of ${rounds} rounds in turn`,
);
for (const [i, { batchSize }] of players.entries()) {
  const over = 100 * (costs[i] / cheapest - 1);
  console.log(
    `batch ${String(batchSize).padStart(3)}: ${costs[i].toFixed(3)} ms a picture, ${over.toFixed(0)} % over the cheapest`,
  );
}
const spread = 100 * (Math.max(...costs) / cheapest - 1);
console.log(`spread ${spread.toFixed(0)} % (goal 15 %)`);
