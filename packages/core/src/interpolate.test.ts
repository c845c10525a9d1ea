import { describe, expect, it } from 'vitest';
import { lerp, slerp, walkBetween } from './interpolate.js';
import { labelFromSeed, latentFromSeed } from './latent.js';

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

describe('walkBetween', () => {
  const ends = [
    { seed: 1, label: 3 },
    { seed: 2, label: 8 },
  ] as const;

  it('spaces frames evenly with both ends, and changes the class in the middle', () => {
    const { frames } = walkBetween(...ends, { at: 5, classCount: 10 });
    expect(frames).toEqual([
      { at: 0, label: 3 },
      { at: 0.25, label: 3 },
      { at: 0.5, label: 8 },
      { at: 0.75, label: 8 },
      { at: 1, label: 8 },
    ]);
  });

  it('takes the places that it is given, in their order', () => {
    const { frames } = walkBetween(...ends, { at: [0.9, 0.1], classCount: 10 });
    expect(frames).toEqual([
      { at: 0.9, label: 8 },
      { at: 0.1, label: 3 },
    ]);
  });

  it('starts with the class of its seed and keeps it, where none is asked for', () => {
    const { from, to } = walkBetween({ seed: 5 }, { seed: 6 }, { at: 2, classCount: 10 });
    const label = labelFromSeed(5, 10);
    expect(label).not.toBe(labelFromSeed(6, 10));
    expect([from, to]).toEqual([
      { seed: 5, label },
      { seed: 6, label },
    ]);
  });

  it('has no classes where the model has none', () => {
    const walk = walkBetween({ seed: 5 }, { seed: 6 }, { at: 2, classCount: undefined });
    expect(walk.frames.map(({ label }) => label)).toEqual([undefined, undefined]);
    expect(walk.from).toEqual({ seed: 5, label: undefined });
  });
});
