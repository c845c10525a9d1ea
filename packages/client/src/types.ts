/** The types that both entries export beside their own. */
export type { Frame, Picture, SampledPicture, TranslatedPicture } from './picture.js';
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
export type {
  PictureSource,
  TranslateOptions,
  Translator,
  TranslatorFacts,
} from './translator.js';
