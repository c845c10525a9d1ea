import type { Device, Interpolation, Manifest, Refusal } from '@ganvas/core';
import type { Frame, SampledPicture } from './picture.js';

/** What a sampler says of its model: the part of the manifest that a page needs. */
export type ModelFacts = Pick<Manifest, 'name' | 'version' | 'labels' | 'image'>;

/** A class: its name as the manifest writes it (`'7'`, `'cat'`), or its number from 0. */
export type Label = string | number;

/** How far a request is: `pictures` are those that came since the last call. */
export interface Progress<T> {
  readonly done: number;
  readonly total: number;
  readonly pictures: readonly T[];
}

interface RequestOptions<T> {
  /** Ends the request early: it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each batch. */
  readonly onProgress?: ((progress: Progress<T>) => void) | undefined;
}

export interface SampleOptions extends RequestOptions<SampledPicture> {
  /** How many pictures, default 1. Picture i has the seed `seed + i`. */
  readonly count?: number | undefined;
  /** Seed of the first picture, an integer from 0 to 2^53 - 1; default drawn at random. */
  readonly seed?: number | undefined;
  /** The class of every picture; default chosen by each seed. */
  readonly label?: Label | undefined;
}

/** One end of a walk: the latent of `seed`, drawn as the class `label`. */
export interface Point {
  /** An integer from 0 to 2^53 - 1. */
  readonly seed: number;
  /** Default: the class that the seed stands for; at the end of a walk, the class of its start. */
  readonly label?: Label | undefined;
}

/** Where on a walk its frames lie: `steps` evenly spaced with both ends, or the places themselves. */
export type Places =
  | { readonly steps: number; readonly at?: undefined }
  | { readonly at: readonly number[]; readonly steps?: undefined };

export type InterpolateOptions = Places &
  RequestOptions<Frame> & {
    readonly from: Point;
    /** Where the two classes differ, frames from the middle on are drawn as this one. */
    readonly to: Point;
    /** The way between the two latents, default `slerp`. */
    readonly method?: Interpolation | undefined;
  };

/** A source of pictures, on this device or behind HTTP. The same seed and label give the same picture. */
export interface Sampler {
  readonly model: ModelFacts;
  /** Where pictures are made, as the last answer of a server said; undefined while it does not say. */
  readonly device: Device | undefined;
  /** The devices that were tried before it, each with the reason why it is not used. */
  readonly refusals: readonly Refusal[];
  sample(options?: SampleOptions): Promise<SampledPicture[]>;
  interpolate(options: InterpolateOptions): Promise<Frame[]>;
  /** Free what the sampler holds. Requests in progress reject, later ones too. */
  dispose(): Promise<void>;
}
