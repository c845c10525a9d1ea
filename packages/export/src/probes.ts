/** The sizes that may be chosen at run time: pictures in a batch, rows and columns. */
export const dynamicSizes = ['N', 'H', 'W'] as const;
export type DynamicSize = (typeof dynamicSizes)[number];

/** How large each of them is: `N` in pictures, `H` and `W` in pixels. */
export type Sizes = Readonly<Record<DynamicSize, number>>;

/**
 * The sizes that a function is traced at. tfjs knows sizes only as numbers, so what differs between two traces
 * is what follows the size that differs. The first probe is the base; each of the next has one size changed; the
 * last has all changed once more, which tells what is no sum of multiples.
 */
export interface Probes {
  readonly sizes: readonly DynamicSize[];
  /** `H` and `W` are multiples of it. */
  readonly multiple: number;
  readonly probes: readonly Sizes[];
}

/** Numbers of pictures, and of multiples along a side, in the base, in the probe for it, and in the last. */
type Values = Readonly<Record<DynamicSize, readonly [number, number, number]>>;

/** A side in the base has at least that many multiples, and that many pixels: room for a network's windows. */
const least = { multiples: 5, pixels: 97 };

/**
 * Neighbouring multiples, since they leave different remainders whatever divides them: a network whose strides
 * need a larger multiple shows. No two sizes are equal, and neither side is the larger one throughout; a batch alone is a prime that no layer has for a size.
 */
function valuesFor(sizes: readonly DynamicSize[], multiple: number): Values {
  const first = Math.max(least.multiples, Math.ceil(least.pixels / multiple));
  const hasPictures = sizes.includes('H') || sizes.includes('W');
  return {
    N: hasPictures ? [11, 13, 17] : [251, 257, 263],
    H: [first, first + 1, first + 7],
    W: [first + 2, first + 3, first + 4],
  };
}

export function planProbes(sizes: readonly DynamicSize[], multiple: number): Probes {
  const values = valuesFor(sizes, multiple);
  const probe = (indexOf: (size: DynamicSize) => 0 | 1 | 2): Sizes => ({
    N: values.N[indexOf('N')],
    H: values.H[indexOf('H')] * multiple,
    W: values.W[indexOf('W')] * multiple,
  });
  const changed = sizes.map((each) => probe((size) => (size === each ? 1 : 0)));
  return { sizes, multiple, probes: [probe(() => 0), ...changed, probe(() => 2)] };
}

/** A whole number that follows the sizes: `constant` and so many for each picture, and each multiple of a side. */
export interface Affine {
  readonly constant: number;
  readonly factors: Readonly<Partial<Record<DynamicSize, number>>>;
}

/** Pictures, or multiples of a side. */
const unitsOf = (sizes: Sizes, size: DynamicSize, multiple: number): number =>
  size === 'N' ? sizes.N : sizes[size] / multiple;

/** How a number follows the sizes, by what it is at each probe; none where it is no sum of multiples. */
export function affineOf(
  values: readonly number[],
  { sizes, multiple, probes }: Probes,
): Affine | undefined {
  const [base, last] = [probes[0], probes.at(-1)] as [Sizes, Sizes];
  const units = (at: Sizes, size: DynamicSize): number => unitsOf(at, size, multiple);
  const first = values[0] as number;
  const slopes = sizes.map((size, i) => {
    const steps = units(probes[i + 1] as Sizes, size) - units(base, size);
    return [size, ((values[i + 1] as number) - first) / steps] as const;
  });
  const along = (at: Sizes): number =>
    slopes.reduce((sum, [size, slope]) => sum + slope * units(at, size), 0);
  const constant = first - along(base);
  const isAffine =
    slopes.every(([, slope]) => Number.isInteger(slope)) &&
    constant + along(last) === values.at(-1);
  if (!isAffine) return undefined;
  return { constant, factors: Object.fromEntries(slopes.filter(([, slope]) => slope !== 0)) };
}

/** A factor of a size, in lowest terms where it is simple: `2*H`, `H/4`, `3*H/2`. */
function spellTerm(size: DynamicSize, factor: number, multiple: number): string {
  const divisor = size === 'N' ? 1 : multiple;
  const common = greatestDivisor(Math.abs(factor), divisor);
  const [over, under] = [factor / common, divisor / common];
  return `${over === 1 ? '' : `${over}*`}${size}${under === 1 ? '' : `/${under}`}`;
}

const greatestDivisor = (a: number, b: number): number => (b === 0 ? a : greatestDivisor(b, a % b));

/** The name of a size: `N`, `2*H`, `W/4+1`. */
export function spellAffine({ constant, factors }: Affine, multiple: number): string {
  const terms = Object.entries(factors).map(([size, factor]) =>
    spellTerm(size as DynamicSize, factor, multiple),
  );
  const rest = constant === 0 ? [] : [String(constant)];
  return [...terms, ...rest].join('+').replaceAll('+-', '-');
}
