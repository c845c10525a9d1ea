import type { SampledPicture } from '@ganvas/client/local';
import { elements } from '../elements.js';
import { paint } from '../paint.js';
import { largestSheet } from '../state.js';

/** Pictures on a sheet: a square of them, fewer where each is larger. */
export function sheetCount(width: number): number {
  if (width <= 64) return largestSheet;
  return width <= 160 ? 16 : 9;
}

const cells = () => [...elements.sheet.querySelectorAll('button')];

/** Lay out empty cells, each with the seed that it will show. */
export function layOut(seed: number, count: number): void {
  const columns = Math.sqrt(count);
  elements.sheet.style.setProperty('--columns', String(columns));
  const missing = count - cells().length;
  for (let i = 0; i < missing; i++) elements.sheet.append(createCell());
  for (const cell of cells().slice(count)) cell.remove();
  for (const [i, cell] of cells().entries()) {
    cell.dataset['seed'] = String(seed + i);
    cell.tabIndex = i === 0 ? 0 : -1;
    cell.setAttribute('aria-label', `seed ${seed + i}`);
    cell.classList.add('stale');
  }
}

function createCell(): HTMLButtonElement {
  const cell = document.createElement('button');
  cell.type = 'button';
  cell.className = 'cell';
  cell.append(document.createElement('canvas'));
  return cell;
}

/** Show the pictures that have come; `labels` are the names of the classes. */
export function show(
  pictures: readonly SampledPicture[],
  labels: readonly string[] | undefined,
): void {
  for (const picture of pictures) {
    const cell = elements.sheet.querySelector(`[data-seed="${picture.seed}"]`);
    const canvas = cell?.querySelector('canvas');
    if (!cell || !canvas) continue;
    const name = picture.label === undefined ? undefined : labels?.[picture.label];
    const says = name === undefined ? `seed ${picture.seed}` : `${name}, seed ${picture.seed}`;
    cell.classList.remove('stale');
    cell.setAttribute('aria-label', says);
    cell.setAttribute('title', says);
    paint(canvas, picture);
  }
}

/** Mark the cells that are the ends of the walk. */
export function markEnds(ends: { readonly from: number; readonly to: number }): void {
  for (const cell of cells()) {
    const seed = Number(cell.dataset['seed']);
    cell.classList.toggle('is-from', seed === ends.from);
    cell.classList.toggle('is-to', seed === ends.to);
  }
}

/** Where each key moves the focus to, from cell `i` of a sheet. */
const moves: Readonly<Record<string, (i: number, columns: number, count: number) => number>> = {
  ArrowLeft: (i) => i - 1,
  ArrowRight: (i) => i + 1,
  ArrowUp: (i, columns) => i - columns,
  ArrowDown: (i, columns) => i + columns,
  Home: () => 0,
  End: (_i, _columns, count) => count - 1,
};

function moveFocus(event: KeyboardEvent): void {
  const all = cells();
  const current = all.indexOf(document.activeElement as HTMLButtonElement);
  const move = moves[event.key];
  if (!move || current < 0) return;
  event.preventDefault();
  const next = all[move(current, Math.sqrt(all.length), all.length)];
  if (!next) return;
  for (const cell of all) cell.tabIndex = cell === next ? 0 : -1;
  next.focus();
}

/** Call `onPick` with the seed of each picture that is clicked; arrow keys move between pictures. */
export function listen(onPick: (seed: number) => void): void {
  elements.sheet.addEventListener('keydown', moveFocus);
  elements.sheet.addEventListener('click', ({ target }) => {
    const cell = target instanceof Element ? target.closest<HTMLElement>('.cell') : null;
    if (cell) onPick(Number(cell.dataset['seed']));
  });
}
