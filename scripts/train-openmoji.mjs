// The bundled translators: train one, judge it, export it to models/. Run:
//   npm run train:openmoji -- color     models/openmoji-color: outlines to colours at 128 px, by pix2pix
//   npm run train:openmoji -- cycle     models/openmoji-cycle and models/openmoji-cycle-back at 64 px, by cyclegan
// With --resume it goes on from the last checkpoint in runs/openmoji-<name>; with --export it trains no more.
import { mkdir, rm } from 'node:fs/promises';
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
    generator: 'resnet-6',
    baseChannels: 24,
    discriminatorChannels: 24,
    batchSize: 1,
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

// Judged as they will be used: the exported file, on pictures that were not learned from.
const trial = `runs/trial/openmoji-${name}`;
await rm('runs/trial', { recursive: true, force: true });
await exportRun(run, { to: trial, weights: 'fp16', license });
const { rows, sheet, metrics } = await evaluate({ target: trial, data, sheetRows: 12 });
console.table(
  Object.fromEntries(
    Object.entries(rows).map(([row, measures]) => [
      row,
      Object.fromEntries(metrics.map((metric) => [metric, measures[metric]?.value])),
    ]),
  ),
);
await mkdir('docs/images', { recursive: true });
const { width, height, channels } = sheet;
await sharp(sheet.data, { raw: { width, height, channels } })
  .png({ palette: true })
  .toFile(`docs/images/openmoji-${name}.png`);
// Made anew as version 1: the repository keeps one of each.
for (const suffix of ['', '-back']) {
  await rm(`models/openmoji-${name}${suffix}`, { recursive: true, force: true });
}
const measured = Object.entries(rows.model).map(([metric, { value }]) => [metric, value]);
const models = await exportRun(run, {
  to: `models/openmoji-${name}`,
  weights: 'fp16',
  license,
  metrics: Object.fromEntries(measured),
});
for (const { dir, manifest, parity } of models) {
  const worst = Math.max(...parity.map(({ maxAbsDifference }) => maxAbsDifference));
  const [{ bytes }] = manifest.variants;
  console.log(
    `${dir}: ${(bytes / 1e6).toFixed(1)} MB, at most ${worst.toExponential(1)} from tfjs`,
  );
}
await rm('runs/trial', { recursive: true });
