import { maxSeed } from '@ganvas/core';

/** The most pictures that a sheet has. */
export const largestSheet = 36;

/** Highest seed that a sheet begins with: its last picture has one too, as has the end of its walk. */
export const maxSheetSeed = maxSeed - largestSheet + 1;

/** What the page shows, and so what a link to it holds. */
export interface State {
  /** Name of the model; undefined: the server's first. */
  readonly model: string | undefined;
  /** Name of a class; undefined: each seed's own. */
  readonly label: string | undefined;
  /** Seed of the sheet's first picture. */
  readonly seed: number;
  readonly where: 'server' | 'device';
  /** The device of this page, for comparing them: only a link sets it. */
  readonly device: 'auto' | 'webgpu' | 'wasm';
  /** Seeds of the walk's ends; undefined: the sheet's first and second. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** Place on the walk, in [0, 1]. */
  readonly at: number;
}

export const initialState: State = {
  model: undefined,
  label: undefined,
  seed: 1,
  where: 'server',
  device: 'auto',
  from: undefined,
  to: undefined,
  at: 0.5,
};

const text = (value: string) => value;
const oneOf =
  <T extends string>(...values: T[]) =>
  (value: string) =>
    values.find((each) => each === value);

const parseSeedUpTo = (max: number) => (value: string) => {
  const seed = value.trim() === '' ? Number.NaN : Number(value);
  return Number.isInteger(seed) && seed >= 0 && seed <= max ? seed : undefined;
};

/** The sheet's seed as it was typed, or undefined where it is none. */
export const parseSheetSeed = parseSeedUpTo(maxSheetSeed);
const parseSeed = parseSeedUpTo(maxSeed);

function parsePlace(value: string): number | undefined {
  const at = Number.parseFloat(value);
  return at >= 0 && at <= 1 ? at : undefined;
}

const parsers: { [K in keyof State]: (value: string) => State[K] | undefined } = {
  model: text,
  label: text,
  seed: parseSheetSeed,
  where: oneOf('server', 'device'),
  device: oneOf('auto', 'webgpu', 'wasm'),
  from: parseSeed,
  to: parseSeed,
  at: parsePlace,
};

/** Read a link's hash; what is missing or makes no sense is as at first. */
export function parseHash(hash: string): State {
  const given = new URLSearchParams(hash.replace(/^#/, ''));
  const read = Object.entries(parsers).map(([key, parse]) => {
    const value = given.get(key);
    return [key, value === null ? undefined : parse(value)] as const;
  });
  return {
    ...initialState,
    ...Object.fromEntries(read.filter(([, value]) => value !== undefined)),
  };
}

/** Write the hash of a link that shows this again; what is as at first is left out. */
export function toHash(state: State): string {
  const keys = Object.keys(parsers) as (keyof State)[];
  const changed = keys.filter(
    (key) => state[key] !== undefined && state[key] !== initialState[key],
  );
  // The seed and class are what a link is for, so a reader finds the seed even where it is the first.
  const shown = keys.filter((key) => key === 'seed' || changed.includes(key));
  return `#${new URLSearchParams(shown.map((key) => [key, String(state[key])]))}`;
}

/** Seeds of the walk's ends. */
export const endsOf = ({ seed, from = seed, to = seed + 1 }: State) => ({ from, to });
