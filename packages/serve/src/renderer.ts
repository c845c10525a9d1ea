import type { NodeDevice } from '@ganvas/core';
import type { Place } from './place.js';

/** Images to draw and encode. */
export interface SampleJob {
  readonly task: 'sample';
  /** The model's name. */
  readonly model: string;
  /** One per image: a seed, an integer in [0, 2^53 - 1], or a place between two. */
  readonly places: readonly Place[];
  /** One class number per image, for a conditional model. */
  readonly labels?: readonly number[];
  /** Lay the images out in one picture with so many in a row; without it each is its own picture. */
  readonly columns?: number;
}

/** A picture to decode, translate and encode. */
export interface TranslateJob {
  readonly task: 'translate';
  /** The model's name. */
  readonly model: string;
  /** The picture's file, in a format that `decodePicture` reads. */
  readonly picture: Uint8Array;
  /** Of the picture, and of what is made of it where the model makes more. */
  readonly maxPixels: number;
}

/** The job of each task that a model may have. */
export interface Jobs {
  sample: SampleJob;
  translate: TranslateJob;
}

export type RenderJob = Jobs[keyof Jobs];

/** What came of a job: PNG files, and where its time went. */
export interface Rendered {
  /** One PNG per image in the order of the places, or a single one for a grid or a translation. */
  readonly pictures: readonly Uint8Array[];
  /** Of each picture. */
  readonly width: number;
  readonly height: number;
  readonly device: NodeDevice;
  /** For a translation. */
  readonly decodeMs?: number;
  readonly inferMs: number;
  readonly encodeMs: number;
  /** Time before a child took the job up. */
  readonly queueMs: number;
}

export type RenderFailure = 'queue-full' | 'draining' | 'loading' | 'aborted' | 'failed';

/** A job was not done; `code` says why. */
export class RenderError extends Error {
  override readonly name = 'RenderError';
  readonly code: RenderFailure;

  constructor(code: RenderFailure, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export type RendererState = 'loading' | 'ready' | 'draining';

/** Draws and encodes; `createPool` does it in child processes, `createLocalRenderer` in this one. */
export interface Renderer {
  readonly state: RendererState;
  /** Where a model runs; undefined until it is loaded. */
  deviceOf(model: string): NodeDevice | undefined;
  /**
   * Throws a RenderError, or an InputError for what the job itself has wrong. A job whose signal is
   * aborted while it waits is never begun, and a translation begins no further tile.
   */
  render(job: RenderJob, options?: { readonly signal?: AbortSignal }): Promise<Rendered>;
}
