import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseManifest } from '@ganvas/core';
import { createSampler, type RunningServer, readModel, startServer } from '@ganvas/serve';
import { loadDataset } from '@ganvas/train';
import * as ort from 'onnxruntime-node';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measureAgreement } from '../bench/mnist/agreement.mjs';
import { accuracy, classify } from '../bench/mnist/classifier.mjs';

const dir = 'models/mnist';

describe('models/mnist', () => {
  it('is at most 3 MB and opens in onnxruntime by its manifest', async () => {
    const manifest = parseManifest(JSON.parse(await readFile(join(dir, 'ganvas.json'), 'utf8')));
    const bytes = await readFile(join(dir, manifest.variants[0]?.file as string));
    expect(bytes.length).toBeLessThanOrEqual(3_000_000);
    const session = await ort.InferenceSession.create(bytes);
    expect(session.inputNames).toEqual(manifest.inputs.map(({ name }) => name));
    await session.release();
  });

  it('draws the digit that it is asked for, by a classifier of real digits', async () => {
    expect(await accuracy(await loadDataset('mnist', 'test'))).toBeGreaterThanOrEqual(0.985);
    const { share, byClass } = await measureAgreement(dir, 1000);
    expect(share).toBeGreaterThanOrEqual(0.95);
    expect(Math.min(...byClass)).toBeGreaterThanOrEqual(0.88);
  });

  it('draws different pictures for different seeds', async () => {
    const train = await loadDataset('mnist');
    const size = train.width * train.height;
    const spread = (pictures: Uint8Array): number => {
      const count = pictures.length / size;
      let sum = 0;
      for (let pixel = 0; pixel < size; pixel++) {
        const values = Array.from(
          { length: count },
          (_, i) => pictures[i * size + pixel] as number,
        );
        const mean = values.reduce((a, b) => a + b) / count;
        sum += values.reduce((total, x) => total + (x - mean) ** 2, 0) / count;
      }
      return sum;
    };
    const real = Array.from({ length: 3000 }, (_, i) => i)
      .filter((i) => train.labels[i] === 4)
      .flatMap((i) => [...train.images.subarray(i * size, (i + 1) * size)]);
    const sampler = await createSampler(await readModel(dir), { devices: ['cpu'] });
    const seeds = Array.from({ length: 200 }, (_, i) => i);
    const { data } = await sampler.sample({ seeds, labels: seeds.map(() => 4) });
    await sampler.dispose();
    // The variance within one class, against that of real fours: a collapsed generator has nearly none.
    expect(spread(data) / spread(Uint8Array.from(real))).toBeGreaterThan(0.7);
  });
});

describe('a server of models/mnist', () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer({ repository: 'models', port: 0 });
  });
  afterAll(() => server?.stop());

  const draw = async (query: string): Promise<Buffer> => {
    const response = await fetch(`${server.url}/generate?${query}`);
    expect(response.status).toBe(200);
    return Buffer.from(await response.arrayBuffer());
  };

  it('answers with a seven when it is asked for a seven', async () => {
    const png = await draw('label=7&seed=1');
    const pixels = await sharp(png).extractChannel(0).raw().toBuffer();
    expect(await classify(pixels)).toEqual([7]);
  });

  it('gives the same bytes alone and among 64 others', async () => {
    const queries = Array.from({ length: 64 }, (_, i) => `label=${i % 10}&seed=${1000 + i}`);
    const alone = await draw('label=7&seed=1');
    const [again, ...others] = await Promise.all(['label=7&seed=1', ...queries].map(draw));
    expect(again?.equals(alone)).toBe(true);
    for (const [i, query] of queries.entries()) {
      if (i % 16 === 0) expect((await draw(query)).equals(others[i] as Buffer)).toBe(true);
    }
  });
});
