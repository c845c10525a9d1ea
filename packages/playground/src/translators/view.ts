import { createLocalTranslator, type Translator, type TranslatorFacts } from '@ganvas/client/local';
import { createRemoteTranslator } from '@ganvas/client/remote';
import { sourceSizeOf } from '@ganvas/core';
import { pictureFile, sketchFile, translateCommand } from '../commands.js';
import { showCommand } from '../controls.js';
import { createFlow } from '../flow.js';
import { base, type View } from '../page.js';
import { save } from '../paint.js';
import {
  begin,
  cancel,
  type Drawing,
  emptySheet,
  extend,
  lift,
  openDrawing,
  press,
  redo,
  undo,
} from './drawing.js';
import { elements } from './elements.js';
import { listenToExamples, showExamples } from './example-buttons.js';
import { exampleFor } from './examples.js';
import { clearPicture, follow } from './follow.js';
import { showSheet } from './paper.js';
import { listenToPen } from './pen.js';
import { closePictures, listenToPictures } from './pictures.js';
import { type Backdrop, paintForModel } from './render.js';
import { listenToTools, showTools, strokeNow } from './tools.js';

/** What is drawn, and for what kind of model; it is kept while another view is shown. */
let drawing: Drawing<Backdrop> = openDrawing(emptySheet);
let drawnFor: string | undefined;
const flow = createFlow<TranslatorFacts, Translator>({
  task: 'translate',
  open: { server: createRemoteTranslator, device: createLocalTranslator },
  clear: clearPicture,
  draw: (job) => follow({ ...job, sheet: drawing.sheet }),
});

function showDrawing(facts: TranslatorFacts): void {
  elements.undo.disabled = drawing.past.length === 0;
  elements.redo.disabled = drawing.future.length === 0;
  showSheet({ sheet: drawing.sheet, source: facts.source, size: sourceSizeOf(facts.image) });
}

/** Change the drawing; the picture follows. */
function change(next: Drawing<Backdrop>): void {
  const isOther = next.sheet !== drawing.sheet;
  drawing = next;
  if (!flow.model) return;
  showDrawing(flow.model);
  if (isOther) void flow.follow((job) => follow({ ...job, sheet: drawing.sheet }));
}

/** What each key does with Control or Command held down. */
const keys: Readonly<Record<string, (event: KeyboardEvent) => Drawing<Backdrop>>> = {
  z: ({ shiftKey }) => (shiftKey ? redo(drawing) : undo(drawing)),
  y: () => redo(drawing),
};

function listenToKeys(): void {
  document.addEventListener('keydown', (event) => {
    const pressed = keys[event.key.toLowerCase()];
    if (!flow.model || !pressed || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    change(pressed(event));
  });
}

function listenToButtons(): void {
  elements.undo.addEventListener('click', () => change(undo(drawing)));
  elements.redo.addEventListener('click', () => change(redo(drawing)));
  elements.clear.addEventListener('click', () => change(begin(drawing, emptySheet)));
  elements.saveSketch.addEventListener('click', () => {
    const { model } = flow;
    if (model) save(paintForModel(drawing.sheet, model).canvas, sketchFile(model.name));
  });
  elements.savePicture.addEventListener('click', () => {
    if (flow.model) save(elements.picture, pictureFile(flow.model.name));
  });
}

/** Listen to the pen and the controls of translators. */
export function listenToTranslators(): void {
  listenToPen(elements.sketch, {
    press: (place) => change(press(drawing, { ...strokeNow(), places: [place] })),
    move: (places) => change(extend(drawing, places)),
    lift: () => change(lift(drawing)),
    cancel: () => change(cancel(drawing)),
  });
  listenToTools();
  listenToKeys();
  listenToButtons();
  listenToExamples((sheet) => change(begin(drawing, sheet)));
  listenToPictures({
    isOpen: () => flow.model !== undefined,
    onPicture: (picture) => change(begin(drawing, { picture, strokes: [] })),
  });
}

function open(facts: TranslatorFacts): void {
  flow.open(facts);
  const { source, image } = facts;
  const kind = JSON.stringify(source);
  for (const canvas of [elements.sketch, elements.picture]) {
    canvas.style.aspectRatio = `${image.width} / ${image.height}`;
  }
  showExamples(source);
  closePictures();
  // Strokes of one kind of model mean nothing to another, such as the colours of its classes.
  if (kind === drawnFor) return;
  drawnFor = kind;
  showTools(source);
  drawing = openDrawing(exampleFor(source, 'smiley'));
}

/** A sketch, and the picture that follows it. */
export const translatorView: View<TranslatorFacts> = {
  open,
  showState() {
    const { model } = flow;
    if (!model) return;
    showDrawing(model);
    showCommand(elements.command, translateCommand({ base, model: model.name }));
  },
  redraw: flow.redraw,
  close() {
    if (!flow.model) return;
    flow.close();
    closePictures();
  },
};
