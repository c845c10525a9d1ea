import { labelFromSeed } from './latent.js';

/** A way from one latent to another: both of equal length, `t` in [0, 1]. */
export type Interpolate = (from: Float32Array, to: Float32Array, t: number) => Float32Array;

function assertSameLength(where: string, from: Float32Array, to: Float32Array): void {
  if (from.length !== to.length) {
    throw new RangeError(
      `${where}: expected two latents of one size, got ${from.length} and ${to.length}`,
    );
  }
}

function mix(from: Float32Array, to: Float32Array, a: number, b: number): Float32Array {
  return from.map((x, i) => a * x + b * (to[i] as number));
}

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, x, i) => sum + x * (b[i] as number), 0);
}

/** The straight line: (1 - t) from + t to. */
export const lerp: Interpolate = (from, to, t) => {
  assertSameLength('lerp', from, to);
  return mix(from, to, 1 - t, t);
};

/**
 * The great circle: sin((1 - t) w) / sin w from + sin(t w) / sin w to, where w is the angle between
 * the two (Shoemake 1985; White, "Sampling generative networks", 2016). It keeps a walk between
 * normal latents at the length that such latents have. Latents on one line, where no great
 * circle is defined, are joined by `lerp`.
 */
export const slerp: Interpolate = (from, to, t) => {
  assertSameLength('slerp', from, to);
  const cosine = dot(from, to) / Math.sqrt(dot(from, from) * dot(to, to));
  const angle = Math.acos(Math.max(-1, Math.min(1, cosine)));
  const sine = Math.sin(angle);
  if (!(sine > 1e-6)) return lerp(from, to, t);
  return mix(from, to, Math.sin((1 - t) * angle) / sine, Math.sin(t * angle) / sine);
};

/** The walks by name. */
export const interpolations = { slerp, lerp } satisfies Record<string, Interpolate>;
export type Interpolation = keyof typeof interpolations;

/** One end of a walk: a seed, and a class's number where one was asked for. */
export interface WalkEnd {
  readonly seed: number;
  readonly label?: number | undefined;
}

export interface WalkOptions {
  /** How many frames, at least 2, evenly spaced with both ends; or where each lies, from 0 to 1. */
  readonly at: number | readonly number[];
  /** Classes of the model; undefined where it has none. */
  readonly classCount: number | undefined;
}

/** A walk with nothing left open; every label is undefined where the model has no classes. */
export interface Walk {
  readonly from: Required<WalkEnd>;
  readonly to: Required<WalkEnd>;
  readonly frames: readonly { readonly at: number; readonly label: number | undefined }[];
}

const evenly = (count: number): number[] =>
  Array.from({ length: count }, (_, i) => i / (count - 1));

/**
 * Lay out the frames of a walk. A class that nobody asked for is, at the start, the one that the
 * seed stands for, and at the end that of the start: then only the latent changes on the way. A
 * frame has the start's class before the middle, 0.5, and the end's from there on.
 */
export function walkBetween(from: WalkEnd, to: WalkEnd, { at, classCount }: WalkOptions): Walk {
  const byClass = <T>(label: T): T | undefined => (classCount === undefined ? undefined : label);
  const start = byClass(from.label ?? labelFromSeed(from.seed, classCount ?? 1));
  const end = byClass(to.label ?? start);
  const places = typeof at === 'number' ? evenly(at) : at;
  return {
    from: { seed: from.seed, label: start },
    to: { seed: to.seed, label: end },
    frames: places.map((place) => ({ at: place, label: place < 0.5 ? start : end })),
  };
}
