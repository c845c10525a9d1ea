import { InvalidArgumentError } from 'commander';

export interface Bounds {
  readonly min: number;
  readonly max?: number;
}

const inWords = ({ min, max }: Bounds): string =>
  max === undefined ? `of at least ${min}` : `from ${min} to ${max}`;

const isWithin = (value: number, { min, max = Number.MAX_SAFE_INTEGER }: Bounds): boolean =>
  value >= min && value <= max;

/** A parser of a flag's integer: digits only, within `bounds`. commander adds the flag's name. */
export const integer = (bounds: Bounds) => (text: string) => {
  const value = Number(text);
  if (/^-?\d+$/.test(text) && isWithin(value, bounds)) return value;
  throw new InvalidArgumentError(`Expected an integer ${inWords(bounds)}.`);
};

/** A parser of a flag's decimal number such as `2.5`, within `bounds`. */
export const decimal = (bounds: Bounds) => (text: string) => {
  const value = Number(text);
  if (/^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && isWithin(value, bounds)) return value;
  throw new InvalidArgumentError(`Expected a number ${inWords(bounds)}.`);
};

/** A parser of a flag's size of pictures: `128` for a square, `160x96` for width and height. */
export function pictureSize(text: string): { width: number; height: number } {
  const [width, height = width] = (/^(\d+)(?:x(\d+))?$/.exec(text) ?? [])
    .slice(1)
    .map((side) => (side === undefined ? undefined : Number(side)));
  if (width && height) return { width, height };
  throw new InvalidArgumentError('Expected a number of pixels, or two as in 160x96.');
}
