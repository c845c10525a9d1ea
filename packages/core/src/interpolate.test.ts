import { describe, expect, it } from 'vitest';
import { lerp, slerp } from './interpolate.js';
import { latentFromSeed } from './latent.js';

const length = (z: Float32Array): number => Math.sqrt(z.reduce((sum, x) => sum + x * x, 0));

describe('lerp', () => {
  it('goes straight', () => {
    expect([...lerp(Float32Array.of(0, 2), Float32Array.of(4, 0), 0.25)]).toEqual([1, 1.5]);
  });
});

describe('slerp', () => {
  const [a, b] = [latentFromSeed(1, 64), latentFromSeed(2, 64)];

  it('ends where it is told to', () => {
    expect(slerp(a, b, 0)).toEqual(a);
    expect(slerp(a, b, 1)).toEqual(b);
  });

  it('turns by a right angle in equal parts', () => {
    const third = slerp(Float32Array.of(1, 0), Float32Array.of(0, 1), 1 / 3);
    expect(third[0]).toBeCloseTo(Math.cos(Math.PI / 6), 6);
    expect(third[1]).toBeCloseTo(Math.sin(Math.PI / 6), 6);
  });

  it('keeps the length of a latent where a straight line loses it', () => {
    const halfway = (length(a) + length(b)) / 2;
    expect(length(slerp(a, b, 0.5)) / halfway).toBeGreaterThan(0.95);
    expect(length(lerp(a, b, 0.5)) / halfway).toBeLessThan(0.85);
  });

  it('joins latents on one line straight, and a latent with itself', () => {
    expect([...slerp(Float32Array.of(1, 0), Float32Array.of(-1, 0), 0.25)]).toEqual([0.5, 0]);
    expect([...slerp(a, a, 0.3)].every((x, i) => Math.abs(x - (a[i] as number)) < 1e-6)).toBe(true);
    expect([...slerp(new Float32Array(2), Float32Array.of(1, 1), 0.5)]).toEqual([0.5, 0.5]);
  });

  it('refuses latents of two sizes', () => {
    expect(() => slerp(a, b.subarray(1), 0.5)).toThrow(
      'slerp: expected two latents of one size, got 64 and 63',
    );
  });
});
