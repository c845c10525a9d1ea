import type { ModelFacts } from '@ganvas/client/local';
import { elements } from './elements.js';
import { check } from './radios.js';
import type { Task, Where } from './state.js';

/** Offer the models, and show what belongs to the task of the one that is shown. */
export function showModel(models: readonly ModelFacts[], model: ModelFacts, task: Task): void {
  const { name, version, image } = model;
  elements.modelField.hidden = models.length < 2;
  elements.model.replaceChildren(...models.map((each) => new Option(each.name, each.name)));
  elements.model.value = name;
  elements.about.textContent = `${name}, version ${version}, ${image.width} × ${image.height}`;
  elements.main.dataset['task'] = task;
  for (const part of document.querySelectorAll<HTMLElement>('[data-for]')) {
    part.hidden = part.dataset['for'] !== task;
  }
}

/** Show who draws. */
export const showWhere = (where: Where): void => check(elements.places, where);

/** Show a command whose lines end between its words: a browser would break after a hyphen. */
export function showCommand(code: HTMLElement, command: string): void {
  const words = command.split(' ').map((word) => {
    return Object.assign(document.createElement('span'), { textContent: word });
  });
  code.replaceChildren(...words.flatMap((word, i) => (i === 0 ? [word] : [' ', word])));
}
