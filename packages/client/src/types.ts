/** The types that both entries export beside their own. */
export type { Frame, Picture, SampledPicture } from './picture.js';
export type {
  InterpolateOptions,
  Label,
  ModelFacts,
  Places,
  Point,
  Progress,
  SampleOptions,
  Sampler,
} from './sampler.js';
