// Runs one step of each kind of a small conditional GAN, for two GANs at the same time, on the device
// that is asked for, and prints the numbers. A process of its own: the adapter is chosen by its environment.
import { buildGan, createEngine, recipes } from '@ganvas/train';

const device = process.argv[2];
const shape = { height: 8, width: 8, channels: 1, latentSize: 6, baseChannels: 4, classCount: 3 };
const constants = { learningRate: 1e-4, averageDecay: 0.9 };

/** Numbers for an input that are the same in every process. */
function numbersFor([name, { shape: sizes, dtype }], salt) {
  const length = sizes.reduce((a, b) => a * b, 1);
  if (dtype === 'int32') return [name, Int32Array.from({ length }, (_, i) => i % shape.classCount)];
  const wave = (i) => Math.abs(Math.sin(i * 12.9898 + salt));
  return [name, Float32Array.from({ length }, (_, i) => constants[name] ?? wave(i))];
}

async function trainFrom(seed) {
  const gan = buildGan(shape, recipes['wgan-gp'], { seed, batchSize: 4, sampleCount: 2 });
  const engine = await createEngine(gan.steps, { device });
  const results = [];
  for (const name of ['critic', 'generator', 'sample']) {
    const entries = Object.entries(gan.steps[name].inputs).map(numbersFor);
    results.push(...Object.entries(await engine.run(name, Object.fromEntries(entries))));
  }
  results.push(...Object.entries(engine.readState()));
  await engine.dispose();
  return results.map(([name, { data }]) => [`${seed}/${name}`, [...data]]);
}

const numbers = (await Promise.all([trainFrom(0), trainFrom(1)])).flat();
process.stdout.write(JSON.stringify(Object.fromEntries(numbers)));
