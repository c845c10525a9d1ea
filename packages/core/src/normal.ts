import { type Key, uniformAt } from './random.js';

/**
 * The inverse of the normal distribution: Wichura, "Algorithm AS 241: The percentage points of the
 * normal distribution", Applied Statistics 37 (1988), routine PPND16, relative error about 1e-16.
 * Only operations that IEEE 754 rounds exactly (+ - x / sqrt) are used, its logarithm included:
 * `Math.log` may differ in the last bit from one JavaScript engine to the next.
 */

type Coefficients = readonly number[];

// Numerator and denominator, lowest power first, for the middle, the tails and the far tails.
const middle: readonly [Coefficients, Coefficients] = [
  [
    3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
    45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727,
  ],
  [
    1, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077, 21213.794301586595867,
    39307.89580009271061, 28729.085735721942674, 5226.495278852854561,
  ],
];
const tails: readonly [Coefficients, Coefficients] = [
  [
    1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504,
    1.27045825245236838258, 0.24178072517745061177, 0.0227238449892691845833,
    7.7454501427834140764e-4,
  ],
  [
    1, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455,
    0.14810397642748007459, 0.0151986665636164571966, 5.475938084995344946e-4,
    1.05075007164441684324e-9,
  ],
];
const farTails: readonly [Coefficients, Coefficients] = [
  [
    6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358, 0.29656057182850489123,
    0.026532189526576123093, 0.0012426609473880784386, 2.71155556874348757815e-5,
    2.01033439929228813265e-7,
  ],
  [
    1, 0.59983220655588793769, 0.13692988092273580531, 0.0148753612908506148525,
    7.868691311456132591e-4, 1.8463183175100546818e-5, 1.4215117583164458887e-7,
    2.04426310338993978564e-15,
  ],
];

function polynomial(coefficients: Coefficients, x: number): number {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * x + (coefficients[i] as number);
  return sum;
}

const ratio = ([top, bottom]: readonly [Coefficients, Coefficients], x: number): number =>
  polynomial(top, x) / polynomial(bottom, x);

const ln2 = 0.6931471805599453;
const sqrtHalf = 0.7071067811865476;

/**
 * Natural logarithm of a number in (0, 1]: halvings counted off exactly, then
 * ln m = 2 (s + s^3/3 + s^5/5 + ...) with s = (m - 1) / (m + 1), abs(s) <= 0.172.
 */
export function exactLog(x: number): number {
  let mantissa = x;
  let halvings = 0;
  while (mantissa < sqrtHalf) {
    mantissa *= 2;
    halvings++;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let sum = 0;
  for (let power = 23; power >= 1; power -= 2) sum = sum * square + 1 / power;
  return 2 * s * sum - halvings * ln2;
}

/** The standard normal number below which a share `p` in (0, 1) of the distribution lies. */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * ratio(middle, 0.180625 - q * q);
  const r = Math.sqrt(-exactLog(q < 0 ? p : 1 - p));
  const magnitude = r <= 5 ? ratio(tails, r - 1.6) : ratio(farTails, r - 5);
  return q < 0 ? -magnitude : magnitude;
}

/** Draw number `index` of a stream: standard normal, as a double. */
export const normalAt = (key: Key, index: number): number => normalQuantile(uniformAt(key, index));
