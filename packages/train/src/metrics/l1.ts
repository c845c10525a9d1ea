import type { Pixels } from '@ganvas/core';

/**
 * Mean absolute difference of two pictures, with black 0 and white 1: `mean(|a - b|) / 255`, over pixels and
 * channels. Isola et al., "Image-to-Image Translation with Conditional Adversarial Networks" (2017),
 * equation 3, as a mean.
 *
 * @param a uint8 `[1, H, W, C]`
 * @param b of the same shape
 */
export function l1({ data }: Pixels, b: Pixels): number {
  let sum = 0;
  for (let i = 0; i < data.length; i++) {
    sum += Math.abs((data[i] as number) - (b.data[i] as number));
  }
  return sum / data.length / 255;
}
