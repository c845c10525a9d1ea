import { type Manifest, maxSeed } from '@ganvas/core';

/** The most pictures that a sheet has. */
export const largestSheet = 36;

/** Highest seed that a sheet begins with: its last picture has one too, as has the end of its walk. */
export const maxSheetSeed = maxSeed - largestSheet + 1;

/** What a model does, and so which view shows it. */
export type Task = Manifest['task'];

/** Who draws. */
export type Where = 'server' | 'device';

/** What the page shows, and so what a link to it holds. */
export interface State {
  /** Name of the model; undefined: the server's first. */
  readonly model: string | undefined;
  /** Name of a class; undefined: each seed's own. */
  readonly label: string | undefined;
  /** Seed of the sheet's first picture. */
  readonly seed: number;
  /** Undefined: as is usual for the model's task. */
  readonly where: Where | undefined;
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
  where: undefined,
  device: 'auto',
  from: undefined,
  to: undefined,
  at: 0.5,
};

/** A server may have a GPU for sheets of pictures; what follows a pen must not wait for a network. */
const usualPlaces: Readonly<Record<Task, Where>> = { sample: 'server', translate: 'device' };

/** Who draws, where a model has this task. */
export const whereOf = ({ where }: State, task: Task): Where => where ?? usualPlaces[task];

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

/** What a link holds of a view, in this order. */
const keysOf: Readonly<Record<Task, readonly (keyof State)[]>> = {
  sample: Object.keys(parsers) as (keyof State)[],
  translate: ['model', 'where', 'device'],
};

/** Write the hash of a link that shows this again; what is as at first is left out. */
export function toHash(state: State, task: Task): string {
  const usual = { ...initialState, where: usualPlaces[task] };
  const shown = keysOf[task].filter(
    (key) =>
      // The seed and class are what a link is for, so a reader finds the seed even where it is the first.
      key === 'seed' || (state[key] !== undefined && state[key] !== usual[key]),
  );
  return `#${new URLSearchParams(shown.map((key) => [key, String(state[key])]))}`;
}

/** Seeds of the walk's ends. */
export const endsOf = ({ seed, from = seed, to = seed + 1 }: State) => ({ from, to });
