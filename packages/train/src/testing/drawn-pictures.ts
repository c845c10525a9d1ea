import type { Pixels } from '@ganvas/core';

/** Sizes of one picture. */
type Size = Pick<Pixels, 'width' | 'height' | 'channels'>;

// The pictures of test-vectors/metrics.py: the same numbers by the same rule.

/** Bytes of a linear congruential generator. */
export function drawBytes(seed: number, count: number): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length: count }, () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

/** A picture of random bytes. */
export const noise = (seed: number, size: Size): Pixels => ({
  ...size,
  count: 1,
  data: drawBytes(seed, size.width * size.height * size.channels),
});

/** A smooth picture: a plane of another direction in each channel. */
export const slope = (size: Size): Pixels => ({
  ...size,
  count: 1,
  data: Uint8Array.from({ length: size.width * size.height * size.channels }, (_, i) => {
    const c = i % size.channels;
    const pixel = Math.floor(i / size.channels);
    return (pixel % size.width) * (2 + c) + Math.floor(pixel / size.width) * (5 - c);
  }),
});

/** The picture with each byte up to 8 levels off. */
export function near(picture: Pixels, seed: number): Pixels {
  const drawn = drawBytes(seed, picture.data.length);
  const off = (i: number): number => ((drawn[i] as number) % 17) - 8;
  return {
    ...picture,
    data: picture.data.map((value, i) => Math.max(0, Math.min(255, value + off(i)))),
  };
}
