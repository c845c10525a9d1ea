// The bundled model: train it, judge it, export it to models/mnist. Run: npm run train:mnist
// The recipe is `wgan-gp` of packages/train/src/recipes.ts, conditional, batch 64, seed 0, 3,000 steps.
// With --resume it goes on from the last checkpoint in runs/mnist.
import { rm } from 'node:fs/promises';
import { build } from './build.mjs';
import { assertNode, installDependencies } from './setup.mjs';

assertNode();
await installDependencies();
await build();
const { exportRun, train } = await import('@ganvas/train');
const { measureAgreement } = await import('../bench/mnist/agreement.mjs');

const run = 'runs/mnist';
const trial = 'runs/mnist-trial/mnist';
const samples = 1000;
const steps = 3000;

const seconds = (ms) => `${Math.round(ms / 1000)} s`;
function report(event) {
  if (event.type === 'step' && event.step % 50 === 0) {
    const { step, totalSteps, imagesPerSecond, remainingMs, losses } = event;
    const wasserstein = losses.criticWasserstein.toFixed(2);
    console.log(
      `step ${step} of ${totalSteps}, ${Math.round(imagesPerSecond)} images/s, ${seconds(remainingMs)} left, wasserstein ${wasserstein}`,
    );
  }
  if (event.type === 'samples') console.log(event.file);
}

const resume = process.argv.includes('--resume');
const result = await train({
  recipe: 'wgan-gp',
  data: 'mnist',
  conditional: true,
  out: run,
  steps,
  resume,
  onEvent: report,
});
console.log(
  `trained in ${seconds(result.elapsedMs)}, ${Math.round(result.imagesPerSecond)} images/s`,
);

// Judged as it will be used: the exported file, through the server's sampler.
await exportRun(run, { to: trial });
const { share, byClass } = await measureAgreement(trial, samples);
await rm('runs/mnist-trial', { recursive: true });
const metrics = { labelAgreement: share, worstClassAgreement: Math.min(...byClass) };
// Made anew as version 1: the repository keeps one bundled model.
await rm('models/mnist', { recursive: true, force: true });
const [{ dir, manifest, parity }] = await exportRun(run, {
  to: 'models/mnist',
  license: 'MIT',
  metrics: { '': metrics },
});
const worst = Math.max(...parity.map(({ maxAbsDifference }) => maxAbsDifference));
console.log(
  `${dir}, version ${manifest.version}: ${(100 * share).toFixed(1)} % agree with their label, ` +
    `at most ${worst.toExponential(1)} from tfjs`,
);
