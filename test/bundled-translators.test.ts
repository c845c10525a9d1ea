import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Manifest, parseManifest } from '@ganvas/core';
import { createTranslator, readModel } from '@ganvas/serve';
import { evaluate } from '@ganvas/train';
import * as ort from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';

const readManifest = async (name: string): Promise<Manifest> =>
  parseManifest(JSON.parse(await readFile(join('models', name, 'ganvas.json'), 'utf8')));

describe.each([
  ['openmoji-color', 128, 12_000_000],
  ['openmoji-cycle', 64, 6_000_000],
  ['openmoji-cycle-back', 64, 6_000_000],
] as const)('models/%s', (name, side, mostBytes) => {
  it('is small, stores fp16 and computes fp32, and opens by its manifest', async () => {
    const manifest = await readManifest(name);
    const [variant] = manifest.variants;
    expect(variant).toMatchObject({ precision: 'fp32', weights: 'fp16' });
    expect(manifest.image).toMatchObject({ width: side, height: side, channels: 3 });
    expect(manifest.license).toBe('CC-BY-SA-4.0');
    const bytes = await readFile(join('models', name, variant?.file as string));
    expect(bytes.length).toBeLessThanOrEqual(mostBytes);
    const session = await ort.InferenceSession.create(bytes);
    expect([...session.inputNames, ...session.outputNames]).toEqual(['source', 'image']);
    await session.release();
  });

  it('translates pictures of sizes that it never saw', async () => {
    const translator = await createTranslator(await readModel(join('models', name)), {
      devices: ['cpu'],
    });
    for (const [width, height] of [
      [1, 1],
      [50, 33],
      [side + 1, 2 * side],
    ] as const) {
      const data = new Uint8Array(width * height * 3).fill(255);
      const made = await translator.translate({ data, count: 1, width, height, channels: 3 });
      expect(made).toMatchObject({ width, height, channels: 3, count: 1 });
    }
    await translator.dispose();
  });
});

describe('models/openmoji-color', () => {
  it('is nearer to the colours of pictures that it did not learn from than their outlines are', async () => {
    const { rows } = await evaluate({
      target: 'models/openmoji-color',
      data: 'openmoji',
      metrics: ['l1', 'ssim'],
      count: 40,
    });
    const [model, copy] = [rows.model, rows.copy].map((row) => row.l1?.value as number);
    expect(model).toBeLessThan(0.9 * (copy as number));
    expect(rows.model.ssim?.value).toBeGreaterThan(0.85);
  });
});
