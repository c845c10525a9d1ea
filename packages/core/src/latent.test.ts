import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { labelFromSeed, latentFromSeed } from './latent.js';

interface Vectors {
  latents: { seed: number; bits: string[]; label10: number }[];
  sha256: string;
}
// Written by latents.py, a second implementation.
const file = new URL('../test-vectors/latents.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vectors;

const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe('latentFromSeed', () => {
  it.each(vectors.latents)('of $seed equals the test vector bit for bit', ({ seed, bits }) => {
    const z = latentFromSeed(seed, bits.length);
    const words = [...new Uint32Array(z.buffer)].map((word) => word.toString(16).padStart(8, '0'));
    expect(words).toEqual(bits);
  });

  it('equals the second implementation on 128,000 numbers', () => {
    const hash = createHash('sha256');
    for (let seed = 0; seed < 1000; seed++)
      hash.update(new Uint8Array(latentFromSeed(seed, 128).buffer));
    expect(hash.digest('hex')).toBe(vectors.sha256);
  });

  it('begins alike at every size', () => {
    expect(latentFromSeed(9, 64)).toEqual(latentFromSeed(9, 512).slice(0, 64));
  });

  const numbers = Array.from({ length: 2000 }, (_, seed) => [...latentFromSeed(seed, 50)]);
  const all = numbers.flat();

  it('has the moments of the standard normal', () => {
    // 100,000 numbers: each bound is five standard errors of its moment
    expect(Math.abs(mean(all))).toBeLessThan(0.016);
    expect(Math.abs(mean(all.map((x) => x ** 2)) - 1)).toBeLessThan(0.023);
    expect(Math.abs(mean(all.map((x) => x ** 3)))).toBeLessThan(0.062);
    expect(Math.abs(mean(all.map((x) => x ** 4)) - 3)).toBeLessThan(0.155);
    const beyond3 = all.filter((x) => Math.abs(x) > 3).length;
    expect(beyond3).toBeGreaterThan(190);
    expect(beyond3).toBeLessThan(350);
  });

  it('has independent neighbours, within a seed and from seed to seed', () => {
    const within = mean(numbers.flatMap((z) => z.slice(1).map((x, i) => x * (z[i] as number))));
    const across = mean(
      numbers.slice(1).flatMap((z, s) => z.map((x, i) => x * (numbers[s]?.[i] as number))),
    );
    expect(Math.abs(within)).toBeLessThan(0.016);
    expect(Math.abs(across)).toBeLessThan(0.016);
  });
});

describe('labelFromSeed', () => {
  it.each(vectors.latents)('of $seed equals the test vector', ({ seed, label10 }) => {
    expect(labelFromSeed(seed, 10)).toBe(label10);
  });

  it('asks for every class about equally often', () => {
    const counts = new Array<number>(10).fill(0);
    for (let seed = 0; seed < 10_000; seed++) {
      const label = labelFromSeed(seed, 10);
      counts[label] = (counts[label] as number) + 1;
    }
    // 1000 expected, standard deviation 30
    expect(Math.min(...counts)).toBeGreaterThan(880);
    expect(Math.max(...counts)).toBeLessThan(1120);
  });
});
