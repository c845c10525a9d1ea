// Ask a model for digits and have a classifier of real digits read them.
// Run: node bench/mnist/agreement.mjs [model folder] [samples]
import { fileURLToPath } from 'node:url';
import { createSampler, readModel } from '@ganvas/serve';
import { loadDataset } from '@ganvas/train';
import { accuracy, classify } from './classifier.mjs';

const perRun = 100;

/** Share of pictures read as the label that was asked for: in all, and by class. */
export async function measureAgreement(modelDir, count) {
  const model = await readModel(modelDir);
  const classCount = model.manifest.labels.length;
  const sampler = await createSampler(model, { devices: ['cpu'] });
  const hits = new Array(classCount).fill(0);
  for (let start = 0; start < count; start += perRun) {
    const seeds = Array.from({ length: Math.min(perRun, count - start) }, (_, i) => start + i);
    const labels = seeds.map((seed) => seed % classCount);
    const { data } = await sampler.sample({ seeds, labels });
    const digits = await classify(data);
    for (const [i, digit] of digits.entries()) {
      if (digit === labels[i]) hits[labels[i]]++;
    }
  }
  await sampler.dispose();
  const byClass = hits.map((n, label) => n / Math.ceil((count - label) / classCount));
  return { count, share: hits.reduce((a, b) => a + b) / count, byClass };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [modelDir = 'models/mnist', count = '1000'] = process.argv.slice(2);
  const judge = await accuracy(await loadDataset('mnist', 'test'));
  console.log(`classifier: ${(100 * judge).toFixed(2)} % of the real test digits`);
  const { share, byClass } = await measureAgreement(modelDir, Number(count));
  console.log(
    `${modelDir}: ${(100 * share).toFixed(1)} % of ${count} samples agree with their label`,
  );
  for (const [label, part] of byClass.entries()) {
    console.log(`  ${label}  ${(100 * part).toFixed(1).padStart(5)} %`);
  }
}
