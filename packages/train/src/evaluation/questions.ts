import {
  foldIn,
  fromBytes,
  InputError,
  keyFromSeed,
  type ModelDescription,
  type Pixels,
  pictureAt,
  toByte,
} from '@ganvas/core';
import { type Derivation, derivations } from '../conditions/derivations.js';
import { loadLabelPairs, loadPairs, loadPictures, loadUnpaired } from '../data/load.js';
import type { LoadOptions, Pairs, Pictures } from '../data/pictures.js';
import { recipes } from '../recipes.js';
import { isBack } from './open-translator.js';

/** What a translator is asked, and what the right answers are. */
export interface Questions {
  readonly names: readonly string[];
  /** What it is given for picture `index` of `names`: uint8 `[1, h, w, 1, 3 or 4]`. */
  inputAt(index: number): Pixels;
  /** What it is to draw, where that is known: as many, in the same order. */
  readonly truth?: Pictures;
  /** Pictures as it is to draw them, which need not belong to the inputs. */
  readonly real: Pictures;
}

type Load = (source: string, options: LoadOptions, model: ModelDescription) => Promise<Questions>;

const ask = (input: Pictures, target: Pictures): Questions => ({
  names: input.names,
  inputAt: (index) => pictureAt(input, index),
  truth: target,
  real: target,
});

const isCycle = ({ training }: ModelDescription): boolean =>
  Object.entries(recipes).some(
    ([name, { family }]) => name === training?.objective && family === 'cyclegan',
  );

/** Pairs: a model of two domains that translates back is asked with what the other is to draw. */
const ofPairs = ({ input, target }: Pairs, model: ModelDescription): Questions =>
  isCycle(model) && isBack(model) ? ask(target, input) : ask(input, target);

/** The same holes in each evaluation. */
const holesKey = keyFromSeed(0);

/** The source of a `masked` model, float32 `[H, W, 4]`, as a picture with transparent holes. */
const toHoled = (source: Float32Array): Uint8Array =>
  Uint8Array.from(source, (value, i) => {
    if (i % 4 === 3) return value === 1 ? 0 : 255;
    return toByte(value);
  });

/** Pictures alone, of which the translator is given a part. */
const ofPictures =
  ({ scale, describe, derive }: Derivation): Load =>
  async (source, options) => {
    const pictures = await loadPictures(source, options);
    const { channels, encoding } = describe(pictures.channels);
    const inputAt = (index: number): Pixels => {
      const { data, ...shape } = pictureAt(pictures, index);
      const derived = derive(fromBytes(data), shape, foldIn(holesKey, index));
      const bytes = encoding === 'masked' ? toHoled(derived) : Uint8Array.from(derived, toByte);
      const size = { width: shape.width / scale, height: shape.height / scale };
      return { ...size, count: 1, channels, data: bytes };
    };
    return { names: pictures.names, inputAt, truth: pictures, real: pictures };
  };

/** Two domains: a model from the second to the first is asked with the second's pictures. */
const ofDomains: Load = async (source, options, model) => {
  const { a, b, truth } = await loadUnpaired(source, options);
  const [input, real, hidden] = isBack(model) ? [b, a, truth?.a] : [a, b, truth?.b];
  return {
    names: input.names,
    inputAt: (index) => pictureAt(input, index),
    real,
    ...(hidden && { truth: hidden }),
  };
};

/** What a translator may be learned from, by kind. */
const loaders = {
  pairs: async (source, options, model) => ofPairs(await loadPairs(source, options), model),
  labels: async (source, options, model) => ofPairs(await loadLabelPairs(source, options), model),
  domains: ofDomains,
  gray: ofPictures(derivations.gray),
  holes: ofPictures(derivations.masked),
  half: ofPictures(derivations.half),
  quarter: ofPictures(derivations.quarter),
} satisfies Record<string, Load>;
type Kind = keyof typeof loaders;

const ofScale: Readonly<Record<number, Kind>> = { 2: 'half', 4: 'quarter' };

/** What kind of questions a model answers, from its description and where they come from. */
function kindOf(model: ModelDescription, data: string): Kind {
  const { source, image } = model;
  const [known] = data.split(':');
  if (source?.encoding === 'classes') return 'labels';
  if (source?.encoding === 'masked') return 'holes';
  const scaled = ofScale[image.scale ?? 1];
  if (scaled) return scaled;
  if (known === 'unpaired' || (known === 'openmoji' && isCycle(model))) return 'domains';
  if (known !== 'pairs' && source?.channels === 1 && image.channels === 3) return 'gray';
  return 'pairs';
}

/**
 * Load the questions for a model, at the size that it learned on. What they are follows from its description: semantic
 * maps, pictures with holes, small pictures, grey ones, two domains, or else pairs.
 */
export async function loadQuestions(
  model: ModelDescription,
  data: string,
  options: Omit<LoadOptions, 'width' | 'height'>,
): Promise<Questions> {
  const { width, height } = model.image;
  const load: Load = loaders[kindOf(model, data)];
  const questions = await load(data, { ...options, width, height }, model);
  if (questions.names.length > 0) return questions;
  throw new InputError(`${data}: expected pictures in the ${options.split} split, got none`);
}
