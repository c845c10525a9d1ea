import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { labelFromSeed, pictureAt } from '@ganvas/core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Model, readModel } from './model.js';
import { loadRuntime } from './runtime.js';
import { createSampler, type Sampler } from './sampler.js';
import { colours, digits, writeModel, writeRepository } from './testing/write-model.js';

let repository: string;
let model: Model;
let sampler: Sampler;
beforeAll(async () => {
  repository = await writeRepository(digits, colours);
  model = await readModel(join(repository, 'digits'));
  sampler = await createSampler(model, { devices: ['cpu'] });
});
afterAll(async () => {
  await sampler.dispose();
  await rm(repository, { recursive: true });
});

const alone = async (seed: number, label: number) =>
  (await sampler.sample({ seeds: [seed], labels: [label] })).data;

describe('createSampler', () => {
  it('draws pictures that differ by seed and by label', async () => {
    expect(new Set(await alone(1, 7)).size).toBeGreaterThan(20);
    expect(await alone(1, 7)).not.toEqual(await alone(2, 7));
    expect(await alone(1, 7)).not.toEqual(await alone(1, 8));
  });

  it.each([2, 3, 7, 8, 9, 64])('draws each image of %i as it draws it alone', async (count) => {
    const seeds = Array.from({ length: count }, (_, i) => 1000 - i);
    const labels = seeds.map((seed) => seed % 10);
    const pixels = await sampler.sample({ seeds, labels });
    expect(pixels.count).toBe(count);
    for (const [i, seed] of seeds.entries()) {
      expect(pictureAt(pixels, i).data).toEqual(await alone(seed, seed % 10));
    }
  });

  it('draws each image as alone where the runtime itself would not', async () => {
    const sensitive = { ...digits, name: 'sensitive', width: 32, sensitive: true };
    const each = await createSampler(await readModel(await writeModel(repository, sensitive)));
    const seeds = Array.from({ length: 16 }, (_, i) => i);
    const pixels = await each.sample({ seeds });
    for (const seed of seeds) {
      const { data } = await each.sample({ seeds: [seed] });
      expect(pictureAt(pixels, seed).data).toEqual(data);
    }
    await each.dispose();
  });

  it('takes the class from the seed where none is given', async () => {
    const { data } = await sampler.sample({ seeds: [5] });
    expect(data).toEqual(await alone(5, labelFromSeed(5, 10)));
  });

  it('answers overlapping calls each with its own images', async () => {
    const calls = [1, 2, 3].map((seed) => sampler.sample({ seeds: [seed], labels: [0] }));
    const drawn = await Promise.all(calls);
    for (const [i, { data }] of drawn.entries()) expect(data).toEqual(await alone(i + 1, 0));
  });

  it('keeps the reason why a device is refused and goes on to the next', async () => {
    const second = await createSampler(model, { devices: ['dml', 'cpu'] });
    expect(second.device).toBe('cpu');
    expect(second.refusals).toEqual([{ device: 'dml', reason: expect.stringContaining('dml') }]);
    await second.dispose();
    await expect(createSampler(model, { devices: ['dml'] })).rejects.toThrow(/no usable device/);
  });

  it('refuses labels that are no classes, and labels for a model without any', async () => {
    await expect(sampler.sample({ seeds: [1], labels: [10] })).rejects.toThrow(/0 to 9, got 10/);
    await expect(sampler.sample({ seeds: [1, 2], labels: [1] })).rejects.toThrow(/expected 2/);
    const painter = await createSampler(await readModel(join(repository, 'paint')));
    expect((await painter.sample({ seeds: [1] })).channels).toBe(3);
    await expect(painter.sample({ seeds: [1], labels: [1] })).rejects.toThrow(/no classes/);
    await painter.dispose();
  });

  it('refuses a file whose inputs are not the manifest’s', async () => {
    const inputs = [{ name: 'noise', dtype: 'float32' as const, shape: ['N', 16] }];
    const wrong = { ...model, manifest: { ...model.manifest, inputs } };
    await expect(createSampler(wrong, { devices: ['cpu'] })).rejects.toThrow(
      /expected inputs noise as in the manifest, got z, label/,
    );
  });

  it('closes the session that it does not return', async () => {
    const { InferenceSession } = await loadRuntime();
    // The class behind the factory that the types show.
    const { prototype } = InferenceSession as unknown as {
      prototype: { release(): Promise<void> };
    };
    const released = vi.spyOn(prototype, 'release');
    const wrong = { ...model, manifest: { ...model.manifest, outputs: [] } };
    await expect(createSampler(wrong, { devices: ['cpu'] })).rejects.toThrow(/expected outputs/);
    expect(released).toHaveBeenCalledTimes(1);
    released.mockRestore();
  });
});
