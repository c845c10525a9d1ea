import type { ModelFacts } from '@ganvas/client/local';
import { labelFromSeed } from '@ganvas/core';
import { fileName, frameCommand, sheetCommand } from '../commands.js';
import { showCommand } from '../controls.js';
import { elements } from '../elements.js';
import { base } from '../page.js';
import { check, fill } from '../radios.js';
import { endsOf, maxSheetSeed, type State } from '../state.js';
import { markEnds, sheetCount } from './sheet.js';

/** The name of the class that a seed is drawn as; undefined where the model has none. */
export function className({ labels }: ModelFacts, state: State, seed: number): string | undefined {
  if (!labels) return undefined;
  return state.label ?? labels[labelFromSeed(seed, labels.length)];
}

/** Offer the classes of a model. */
export function showClasses({ labels }: ModelFacts): void {
  elements.classField.hidden = labels === undefined;
  const named = (labels ?? []).map((label) => [label, label] as const);
  fill(elements.classes, 'class', [...named, ['', 'any']]);
  elements.seed.max = String(maxSheetSeed);
}

/** Show the state in the controls and the commands. */
export function showControls(state: State, model: ModelFacts): void {
  const context = { base, model: model.name };
  const ends = endsOf(state);
  const captionOf = (seed: number) => {
    const label = className(model, state, seed);
    return label === undefined ? `seed ${seed}` : `${label}\nseed ${seed}`;
  };
  check(elements.classes, state.label ?? '');
  // Not while it is typed into: the text may be on its way to a number.
  if (document.activeElement !== elements.seed) elements.seed.value = String(state.seed);
  elements.at.value = String(state.at);
  elements.at.setAttribute('aria-valuetext', `${Math.round(state.at * 100)} %`);
  elements.fromSeed.textContent = captionOf(ends.from);
  elements.toSeed.textContent = captionOf(ends.to);
  markEnds(ends);
  showCommand(elements.sheetCommand, sheetCommand(context, state, sheetCount(model.image.width)));
  const classOf = (seed: number) => className(model, state, seed);
  showCommand(elements.frameCommand, frameCommand(context, state, classOf));
}

/** What the file of a whole sheet is called. */
export const sheetFile = (model: ModelFacts, { label, seed }: State): string =>
  fileName([model.name, label, seed, 'sheet']);

/** What the file of one frame of a walk is called. */
export function frameFile(model: ModelFacts, state: State): string {
  const { from, to } = endsOf(state);
  return fileName([model.name, className(model, state, from), from, to, state.at]);
}
