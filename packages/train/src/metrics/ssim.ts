import type { Pixels } from '@ganvas/core';

/** Side of the window in pixels. */
export const ssimWindow = 11;
const sigma = 1.5;
// (K L)^2 with K1 = 0.01, K2 = 0.03 and the range of a byte.
const c1 = (0.01 * 255) ** 2;
const c2 = (0.03 * 255) ** 2;

/** A Gaussian of the window's side whose sum is 1. */
const weights = ((): Float64Array => {
  const middle = (ssimWindow - 1) / 2;
  const raw = Float64Array.from({ length: ssimWindow }, (_, i) =>
    Math.exp(-((i - middle) ** 2) / (2 * sigma ** 2)),
  );
  const sum = raw.reduce((a, b) => a + b, 0);
  return raw.map((weight) => weight / sum);
})();

/** One channel, or a product of two, as float64 `[height, width]`. */
interface Plane {
  readonly data: Float64Array;
  readonly width: number;
  readonly height: number;
}

/** Weighted sums of `ssimWindow` numbers that lie `step` apart, for each place `at(i)`. */
function sumsAlong(data: Float64Array, count: number, at: (i: number) => number, step: number) {
  const sums = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const from = at(i);
    let sum = 0;
    for (let k = 0; k < ssimWindow; k++) {
      sum += (weights[k] as number) * (data[from + k * step] as number);
    }
    sums[i] = sum;
  }
  return sums;
}

/** Weighted means over the windows that lie inside a plane: a Gaussian is one along rows, then along columns. */
function windowMeans({ data, width, height }: Plane): Float64Array {
  const inner = width - ssimWindow + 1;
  const rows = sumsAlong(
    data,
    height * inner,
    (i) => Math.floor(i / inner) * width + (i % inner),
    1,
  );
  return sumsAlong(rows, (height - ssimWindow + 1) * inner, (i) => i, inner);
}

const planeOf = ({ data, width, height, channels }: Pixels, channel: number): Plane => ({
  width,
  height,
  data: Float64Array.from(
    { length: width * height },
    (_, pixel) => data[pixel * channels + channel] as number,
  ),
});

const product = (a: Plane, b: Plane): Plane => ({
  ...a,
  data: a.data.map((value, i) => value * (b.data[i] as number)),
});

/** The mean of the similarity over all windows of two planes. */
function planeSimilarity(a: Plane, b: Plane): number {
  const [meanA, meanB] = [windowMeans(a), windowMeans(b)];
  const squaresA = windowMeans(product(a, a));
  const squaresB = windowMeans(product(b, b));
  const products = windowMeans(product(a, b));
  let sum = 0;
  for (let i = 0; i < products.length; i++) {
    const [x, y] = [meanA[i] as number, meanB[i] as number];
    const varianceA = (squaresA[i] as number) - x * x;
    const varianceB = (squaresB[i] as number) - y * y;
    const covariance = (products[i] as number) - x * y;
    const top = (2 * x * y + c1) * (2 * covariance + c2);
    sum += top / ((x * x + y * y + c1) * (varianceA + varianceB + c2));
  }
  return sum / products.length;
}

/**
 * Structural similarity of two pictures, in [-1, 1], 1 where they are equal:
 * `(2 mx my + C1)(2 sxy + C2) / ((mx^2 + my^2 + C1)(sx^2 + sy^2 + C2))`, the mean over all windows that lie inside
 * the picture. Wang, Bovik, Sheikh and Simoncelli, "Image Quality Assessment: From Error Visibility to Structural
 * Similarity" (2004), equations 13 to 17, with the paper's window (11 x 11, Gaussian of deviation 1.5), K1 = 0.01 and
 * K2 = 0.03. The paper takes grey pictures; here it is the mean over the channels, so a wrong color of the
 * right brightness counts.
 *
 * @param a uint8 `[1, H, W, C]`, sides of at least 11
 * @param b of the same shape
 */
export function ssim(a: Pixels, b: Pixels): number {
  let sum = 0;
  for (let c = 0; c < a.channels; c++) sum += planeSimilarity(planeOf(a, c), planeOf(b, c));
  return sum / a.channels;
}
