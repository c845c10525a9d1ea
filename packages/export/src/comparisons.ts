import type { ModelDescription } from '@ganvas/core';
import type { ParityOptions } from './measure-parity.js';

type Runs = ParityOptions['runs'];
type Image = ModelDescription['image'];

/** How models of a task are compared with tfjs. */
interface Comparison {
  /** Largest difference of any number of any output at which a model is written. */
  readonly limit: number;
  /** The batches and sizes that are tried. */
  readonly runsFor: (image: Image) => Runs;
}

/** One, two, and one that is no multiple of anything. */
const sampled = ({ height, width }: Image): Runs =>
  [1, 2, 7].map((batch) => ({ batch, height, width }));

/**
 * One picture and two of the size that it learned on, one that is not square, and one larger on both sides. No
 * more, since tfjs's `cpu` backend takes seconds for each.
 */
function translated({ height, width, sizeMultiple = 1 }: Image): Runs {
  const wider = width + (height === width + sizeMultiple ? 2 : 1) * sizeMultiple;
  return [
    { batch: 1, height, width },
    { batch: 2, height, width },
    { batch: 1, height, width: wider },
    { batch: 1, height: height + sizeMultiple, width: width + sizeMultiple },
  ];
}

export const comparisons: Record<ModelDescription['task'], Comparison> = {
  sample: { limit: 1e-5, runsFor: sampled },
  // Norms take sums over all pixels of a channel, in another order here and there, and divide by deviations that
  // may be small, layer after layer. 1e-4 is 0.013 steps of an 8-bit picture.
  translate: { limit: 1e-4, runsFor: translated },
};
