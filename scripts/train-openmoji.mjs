// The bundled translators: train one, judge it, export it to models/. Run:
//   npm run train:openmoji -- color     models/openmoji-color: outlines to colours at 128 px, by pix2pix
//   npm run train:openmoji -- cycle     models/openmoji-cycle and models/openmoji-cycle-back at 64 px, by cyclegan
// With --resume it goes on from the last checkpoint in runs/openmoji-<name>; with --export it trains no more.
import { mkdir, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import sharp from 'sharp';
import { build } from './build.mjs';
import { assertNode, installDependencies } from './setup.mjs';

assertNode();
await installDependencies();
await build();
const { evaluate, exportRun, train } = await import('@ganvas/train');

const plans = {
  color: {
    recipe: 'pix2pix',
    // What a whole symbol is has to pass layers of 4 and 16 pixels, where instance norm takes most of it away.
    norm: 'batch',
    size: { width: 128, height: 128 },
    baseChannels: 24,
    discriminatorChannels: 12,
    batchSize: 4,
    learningRate: 4e-4,
    minutes: 60,
  },
  cycle: {
    recipe: 'cyclegan',
    size: { width: 64, height: 64 },
    generator: 'unet',
    baseChannels: 16,
    discriminatorChannels: 24,
    batchSize: 1,
    learningRate: 4e-4,
    minutes: 60,
  },
};
const [name, ...flags] = process.argv.slice(2);
const plan = plans[name];
if (!plan) throw new Error(`expected ${Object.keys(plans).join(' or ')}, got "${name ?? ''}"`);
const run = `runs/openmoji-${name}`;
const data = 'openmoji';
const license = 'CC-BY-SA-4.0';

const minutes = (ms) => `${(ms / 60_000).toFixed(1)} min`;
function report(event) {
  if (event.type === 'step' && event.step % 50 === 0) {
    const { step, imagesPerSecond, remainingMs, losses } = event;
    const parts = Object.entries(losses).map(([term, value]) => `${term} ${value.toFixed(3)}`);
    console.log(
      `step ${step}, ${imagesPerSecond.toFixed(0)} images/s, ${minutes(remainingMs)} left, ${parts.join(', ')}`,
    );
  }
  if (event.type === 'samples') console.log(event.file);
}

if (!flags.includes('--export')) {
  const resume = flags.includes('--resume');
  const { step, elapsedMs } = await train({ ...plan, data, out: run, resume, onEvent: report });
  console.log(`trained ${step} steps in ${minutes(elapsedMs)}`);
}

/** Judge one exported file on pictures that were not learned from, and draw its contact sheet. */
async function judge(target, file) {
  const { rows, sheet, metrics, translateMs } = await evaluate({ target, data, sheetRows: 12 });
  console.log(`${target}: ${translateMs.toFixed(0)} ms a picture`);
  console.table(
    Object.fromEntries(
      Object.entries(rows).map(([row, measures]) => [
        row,
        Object.fromEntries(metrics.map((metric) => [metric, measures[metric]?.value])),
      ]),
    ),
  );
  const { width, height, channels } = sheet;
  await sharp(sheet.data, { raw: { width, height, channels } }).png({ palette: true }).toFile(file);
  return Object.fromEntries(
    Object.entries(rows.model).map(([metric, { value }]) => [metric, value]),
  );
}

// Judged as they will be used: the exported files.
const trial = 'runs/trial';
await rm(trial, { recursive: true, force: true });
await mkdir('docs/images', { recursive: true });
const trials = await exportRun(run, { to: `${trial}/openmoji-${name}`, weights: 'fp16', license });
const metrics = {};
for (const { dir } of trials) {
  const model = basename(dir);
  metrics[model.replace(`openmoji-${name}`, '')] = await judge(dir, `docs/images/${model}.png`);
  // Made anew as version 1: the repository keeps one of each.
  await rm(`models/${model}`, { recursive: true, force: true });
}
await rm(trial, { recursive: true });
const models = await exportRun(run, {
  to: `models/openmoji-${name}`,
  weights: 'fp16',
  license,
  metrics,
});
for (const { dir, manifest, parity, rounding } of models) {
  const worst = Math.max(...parity.map(({ maxAbsDifference }) => maxAbsDifference));
  const [{ bytes }] = manifest.variants;
  console.log(
    `${dir}: ${(bytes / 1e6).toFixed(1)} MB, at most ${worst.toExponential(1)} from tfjs at ${parity.length} sizes and batches, ` +
      `fp16 moves a picture by at most ${rounding.maxSteps.toFixed(2)} of 255`,
  );
}
