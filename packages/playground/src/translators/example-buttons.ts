import type { Sheet } from './drawing.js';
import { elements } from './elements.js';
import { type ExampleName, exampleFor, examples } from './examples.js';
import { paintOnNew, type Source } from './render.js';

const names = Object.keys(examples) as ExampleName[];

// Twice as many pixels as the buttons are wide, for fine screens.
const iconSize = { width: 96, height: 96 };

let source: Source = { encoding: 'picture' };

function createButton(name: ExampleName): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'example';
  button.title = name;
  button.setAttribute('aria-label', name);
  button.dataset['example'] = name;
  button.append(paintOnNew(exampleFor(source, name), source, iconSize).canvas);
  return button;
}

/** Offer the examples as a model takes them. */
export function showExamples(taken: Source): void {
  source = taken;
  elements.examples.replaceChildren(...names.map(createButton));
}

/** Call `onPick` with each example that is chosen. */
export function listenToExamples(onPick: (sheet: Sheet<never>) => void): void {
  elements.examples.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest<HTMLElement>('.example') : null;
    const name = names.find((each) => each === button?.dataset['example']);
    if (name) onPick(exampleFor(source, name));
  });
}
