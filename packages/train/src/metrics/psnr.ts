import type { Pixels } from '@ganvas/core';

/** What equal pictures count as, in dB: their ratio has no bound, and one of them would make a mean infinite. */
const psnrOfEqual = 100;

/**
 * Peak signal-to-noise ratio of two pictures in dB: `10 log10(255^2 / MSE)`, with the mean squared error over pixels
 * and channels (ITU-T J.340, equation 1, with the peak of a byte). At most 100: 128 x 128 pictures of three
 * channels that differ by one in one byte have 95 dB, equal ones count as 100.
 *
 * @param a uint8 `[1, H, W, C]`
 * @param b of the same shape
 */
export function psnr({ data }: Pixels, b: Pixels): number {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += ((data[i] as number) - (b.data[i] as number)) ** 2;
  return Math.min(psnrOfEqual, 10 * Math.log10(255 ** 2 / (sum / data.length)));
}
