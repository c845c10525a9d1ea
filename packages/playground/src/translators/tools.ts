import { check, chosen, fill } from '../radios.js';
import type { Color, Stroke, Tool } from './drawing.js';
import { elements } from './elements.js';
import { toSize } from './examples.js';
import { black, type Source, toCss } from './render.js';

/** What can be done to what a model takes: draw and erase lines, make holes, or paint areas. */
const toolsOf: Readonly<Record<Source['encoding'], readonly Tool[]>> = {
  picture: ['brush', 'eraser'],
  masked: ['eraser'],
  classes: ['brush'],
};

/** What the paper is called, and so what the pen does there. */
const titleOf: Readonly<Record<Source['encoding'], string>> = {
  picture: 'Sketch',
  masked: 'Erase what is to be filled in',
  classes: 'Paint the classes',
};

/** Width of each tool's line at first: where lines are drawn, that of OpenMoji's. */
const unitsOf: Readonly<Record<Source['encoding'], Readonly<Record<Tool, number>>>> = {
  picture: { brush: 2, eraser: 8 },
  masked: { brush: 2, eraser: 12 },
  classes: { brush: 8, eraser: 8 },
};

const { sketchTitle, toolField, tools, paletteField, palette, size } = elements;

let source: Source = { encoding: 'picture' };
let units: Record<Tool, number> = { ...unitsOf.picture };

const toolNow = (): Tool => (chosen(tools) === 'eraser' ? 'eraser' : 'brush');

const colorNow = (): Color =>
  source.classes?.find(({ name }) => name === chosen(palette))?.color ?? black;

/** A stroke of the tool that is chosen, without its places. */
export const strokeNow = (): Omit<Stroke, 'places'> => ({
  tool: toolNow(),
  size: toSize(units[toolNow()]),
  color: colorNow(),
});

function showSize(): void {
  size.valueAsNumber = units[toolNow()];
  size.setAttribute('aria-valuetext', `${size.value} of 72 parts of the side`);
}

function fillPalette(classes: NonNullable<Source['classes']>): void {
  fill(
    palette,
    'class-to-paint',
    classes.map(({ name }) => [name, name]),
  );
  // The first is that of empty paper.
  check(palette, (classes[1] ?? classes[0])?.name ?? '');
  for (const [i, chip] of [...palette.querySelectorAll('span')].entries()) {
    chip.style.setProperty('--swatch', toCss(classes[i]?.color ?? black));
  }
}

/** Offer the tools for what a model takes. */
export function showTools(taken: Source): void {
  source = taken;
  units = { ...unitsOf[taken.encoding] };
  const offered = toolsOf[taken.encoding];
  sketchTitle.textContent = titleOf[taken.encoding];
  toolField.hidden = offered.length < 2;
  fill(
    tools,
    'tool',
    offered.map((tool) => [tool, tool]),
  );
  check(tools, offered[0] ?? 'brush');
  paletteField.hidden = taken.classes === undefined;
  fillPalette(taken.classes ?? []);
  showSize();
}

/** Listen to the choice of tools and their size. */
export function listenToTools(): void {
  tools.addEventListener('change', showSize);
  size.addEventListener('input', () => {
    units[toolNow()] = size.valueAsNumber;
    showSize();
  });
}
